import * as v from "valibot";
import { type ValueKind, yesOrNo } from "./value-kind.ts";

/** Whether to do something, or to find out whether it is wanted. */
export const yesNoOrAuto: ValueKind<boolean | "auto"> = {
  expects: "auto, true or false",
  schema: v.union([v.literal("auto"), yesOrNo.schema]),
  secret: false,
};
