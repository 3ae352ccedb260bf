import { describe, expect, test } from "bun:test";
import { PhpArray, PhpArrayBuilder, toKey } from "../../../src/php/php-value.ts";

const origin = { line: 1, env: [] };

describe("a key", () => {
  test("is an int when it is an int or the canonical text of one", () => {
    expect([5n, "5", "-5", 5.9, true, false].map(toKey)).toEqual([5n, 5n, -5n, 5n, 1n, 0n]);
  });

  test("stays text otherwise, and null is the empty text", () => {
    expect(["05", "-0", "1.5", " 1", "9223372036854775808", "", null].map(toKey)).toEqual(
      ["05", "-0", "1.5", " 1", "9223372036854775808", "", ""],
    );
  });

  test("may be a JavaScript number or text when an array is asked", () => {
    const array = PhpArray.list(["a", "b"], origin);
    expect([array.get(1), array.get("1"), array.get(1n), array.get(2)]).toEqual(["b", "b", "b", undefined]);
  });
});

describe("an array", () => {
  test("appends after the largest int key, also after that was removed", () => {
    const array = PhpArray.list(["a", "b"], origin).without(1n).with(undefined, { value: "c", origin });
    expect([...array.keys()]).toEqual([0n, 2n]);
  });

  test("continues at n + 1 after a negative key, as since PHP 8.3", () => {
    const builder = new PhpArrayBuilder();
    builder.set(-5n, { value: "a", origin });
    builder.push({ value: "b", origin });
    expect([...builder.build().keys()]).toEqual([-5n, -4n]);
  });

  test("keeps the place of a key that is set again", () => {
    const array = PhpArray.list(["a", "b"], origin).with(0n, { value: "z", origin });
    expect([...array.values()]).toEqual(["z", "b"]);
  });

  test("is not changed by the arrays that are made from it", () => {
    const array = PhpArray.list(["a"], origin);
    array.with(undefined, { value: "b", origin });
    array.without(0n);
    expect([...array.values()]).toEqual(["a"]);
  });

  test("is a list only when its keys are 0, 1, 2 … in order", () => {
    const list = PhpArray.list(["a", "b", "c"], origin);
    expect([list.isList, list.without(2n).isList, list.without(1n).isList]).toEqual([true, true, false]);
  });
});
