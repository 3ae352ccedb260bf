import * as v from "valibot";
import { describeValue, type ValueKind } from "./value-kind.ts";

/** One pattern, or several with commas between them; null stands for a variable that is not set. */
const item = v.pipe(
  v.nullable(
    v.string(({ input }) =>
      `expected a host name or a pattern such as *.example.com, got ${describeValue(input, false)}`
    ),
  ),
  v.transform(partsOf),
  v.check(
    (patterns) => patterns.every((pattern) => /^[^\s\p{Cc}]+$/u.test(pattern)),
    ({ input }) => `expected host names without spaces, got ${describeValue(input.join(","), false)}`,
  ),
);

/**
 * Patterns of origins: a list, or one text with commas between them, since an environment variable can hold no list. No origin has a
 * comma, so that a text with commas within a list is several patterns as well. What is empty is left out.
 */
export const originPatterns: ValueKind<readonly string[]> = {
  expects: "a list of host names or patterns such as *.example.com",
  schema: v.pipe(
    v.unknown(),
    v.transform((written) => typeof written === "string" ? [written] : written),
    v.array(
      item,
      ({ input }) =>
        `expected a list of host names or patterns such as *.example.com, got ${describeValue(input, false)}`,
    ),
    v.transform((items) => items.flat()),
  ),
  secret: false,
  isDetailed: true,
};

function partsOf(written: string | null): readonly string[] {
  return (written ?? "").split(",").map((pattern) => pattern.trim()).filter((pattern) => pattern !== "");
}
