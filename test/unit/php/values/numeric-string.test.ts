import { expect, test } from "bun:test";
import { floatToString, numericPrefix, numericString } from "../../../../src/php/values/numeric-string.ts";

test.each([
  ["10", 10n],
  [" 5", 5n],
  ["5 ", 5n],
  ["+7", 7n],
  ["-0", 0n],
  ["007", 7n],
  ["1e1", 10],
  [".5", 0.5],
  ["5.", 5],
  ["9223372036854775808", 9223372036854775808],
  ["", undefined],
  ["abc", undefined],
  ["5 apples", undefined],
  ["0x1A", undefined],
  ["1_000", undefined],
])("%p as a number", (text, number) => {
  expect(numericString(text)).toBe(number);
});

test("text that only begins with a number is told apart", () => {
  expect(numericPrefix("5 apples")).toEqual({ number: 5n, whole: false });
  expect(numericPrefix("apples")).toBeUndefined();
});

test.each([
  [1, "1"],
  [0.1 + 0.2, "0.3"],
  [1e14, "1.0E+14"],
  [123456789012345.6, "1.2345678901235E+14"],
  [12345678901234.5, "12345678901234"],
  [1e25, "1.0E+25"],
  [0.0001, "0.0001"],
  [0.00001, "1.0E-5"],
  [-1.5, "-1.5"],
  [-0, "-0"],
  [Infinity, "INF"],
  [NaN, "NAN"],
])("the float %p as text", (value, text) => {
  expect(floatToString(value)).toBe(text);
});
