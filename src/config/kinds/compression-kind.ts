import * as v from "valibot";
import type { CompressionMode } from "../config.ts";
import type { ValueKind } from "./value-kind.ts";

/** How to compress; `false` is how some switch it off. */
export const compressionMode: ValueKind<CompressionMode> = {
  expects: "one of off, shared, dedicated",
  schema: v.union([
    v.picklist(["off", "shared", "dedicated"]),
    v.pipe(v.literal(false), v.transform(() => "off" as const)),
  ]),
  secret: false,
};
