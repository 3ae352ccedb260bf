import { expect, test } from "bun:test";
import { convertEnvironmentText } from "../../../src/php/environment-text.ts";

const conversions: readonly [text: string, value: string | boolean | null][] = [
  ["true", true],
  ["(TRUE)", true],
  ["False", false],
  ["null", null],
  ["(null)", null],
  ["empty", ""],
  ["'quoted'", "quoted"],
  ['"a"b"', 'a"b'],
  ["\"uneven'", "\"uneven'"],
  ['"', '"'],
  ["1", "1"],
  ["", ""],
];
for (const [text, value] of conversions) {
  test(`${JSON.stringify(text)} means ${JSON.stringify(value)} to Laravel's env()`, () => {
    expect(convertEnvironmentText(text)).toBe(value);
  });
}
