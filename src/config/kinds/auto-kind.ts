import * as v from "valibot";
import { integer, type ValueKind, yesOrNo } from "./value-kind.ts";

/** Whether to do something, or to find out whether it is wanted. */
export const yesNoOrAuto: ValueKind<boolean | "auto"> = {
  expects: "auto, true or false",
  schema: v.union([v.literal("auto"), yesOrNo.schema]),
  secret: false,
};

/** How many processes to run, or as many as there are processors. */
export const processCount: ValueKind<number | "auto"> = {
  expects: "auto or a whole number from 1 to 256",
  schema: v.union([v.literal("auto"), integer(1, 256).schema]),
  secret: false,
};
