import { describe, expect, test } from "bun:test";
import { php } from "./evaluate-snippet.ts";

describe("arithmetic keeps ints and floats apart", () => {
  test.each([
    ["10 / 2", 5n],
    ["7 / 2", 3.5],
    ["7 % -3", 1n],
    ["-7 % 3", -1n],
    ["7.9 % 2", 1n],
    ["2 ** 10", 1024n],
    ["2 ** -1", 0.5],
    ["2 ** 63", 9223372036854775808],
    ["PHP_INT_MAX + 1", 9223372036854775808],
    ["'5' + '5'", 10n],
    ["'1.5' + 1", 2.5],
    ["1 + true + null", 2n],
    ["'5 apples' + 1", 6n],
    ["6 & 3 | 8 ^ 1", 11n],
    ["1 << 3", 8n],
    ["~5", -6n],
    ["(string) 1.0", "1"],
    ["(string) 0.1", "0.1"],
    ["1.5 . ''", "1.5"],
    ["-3 ** 2", -9n],
  ])("%s", (expression, value) => expect(php(expression)).toBe(value));
});

describe("operators bind as in PHP 8", () => {
  test.each([
    ["'sum: ' . 1 + 2", "sum: 3"],
    ["1 + 2 . 'x' . 3 * 2", "3x6"],
    ["'a' . 1 << 2", "a4"],
    ["!false . 'x'", "1x"],
    ["(int) '3' ** 2", 9n],
    ["2 ** 3 ** 2", 512n],
    ["null ?? 'a' . 'b'", "ab"],
    ["0 ?: null ?? 'x'", "x"],
    ["true || false && false", true],
    ["(true and false)", false],
    ["1 + 1 == 2 && 2 > 1", true],
    ["10 - 2 - 3", 5n],
    ["100 / 10 * 2", 20n],
    ["true ? 'a' : (false ? 'b' : 'c')", "a"],
  ])("%s", (expression, value) => expect(php(expression)).toBe(value));
});

describe("comparison follows PHP 8", () => {
  test.each([
    ["0 == 'abc'", false],
    ["0 == ''", false],
    ["null == false", true],
    ["[] == false", true],
    ["'1' == '01'", true],
    ["'10' == '1e1'", true],
    ["100 == '1e2'", true],
    ["'abc' == 'ABC'", false],
    ["1 == 1.0", true],
    ["1 === 1.0", false],
    ["[1, 2] == [1 => 2, 0 => 1]", true],
    ["[1, 2] === [1 => 2, 0 => 1]", false],
    ["5 < '10'", true],
    ["'5' < '10'", true],
    ["'abc' <=> 'abd'", -1n],
    ["[1, 2] <=> [1, 3]", -1n],
    ["null <=> false", 0n],
    ["[] > 5", true],
    ["1 <> 2", true],
  ])("%s", (expression, value) => expect(php(expression)).toBe(value));
});

describe("conversion", () => {
  test.each([
    ["(bool) '0'", false],
    ["(bool) '0.0'", true],
    ["(bool) []", false],
    ["(int) '12abc'", 12n],
    ["(int) 'abc'", 0n],
    ["(int) 12.9", 12n],
    ["(int) '9999999999999999999'", 9223372036854775807n],
    ["(float) '1.5abc'", 1.5],
    ["(string) null . false . true", "1"],
    ["(array) 'x'", ["x"]],
    ["(array) null", []],
    ["(string) []", "Array"],
  ])("%s", (expression, value) => expect(php(expression)).toEqual(value));
});

test("the right side is not evaluated when the left decides", () => {
  expect(php("[false && nope(), true || nope(), 1 ?: nope(), 1 ?? nope(), true ? 1 : nope()]"))
    .toEqual([false, true, 1n, 1n, 1n]);
});
