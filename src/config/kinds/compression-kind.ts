import * as v from "valibot";
import type { ValueKind } from "./value-kind.ts";

/** How to compress; `false` is another way to write `off`. */
export const compressionMode: ValueKind<"off" | "shared" | "dedicated"> = {
  expects: "one of off, shared, dedicated",
  schema: v.union([
    v.picklist(["off", "shared", "dedicated"]),
    v.pipe(v.literal(false), v.transform(() => "off" as const)),
  ]),
  secret: false,
};
