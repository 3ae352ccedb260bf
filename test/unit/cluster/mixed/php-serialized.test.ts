import { describe, expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { readPhpSerialized, UnreadablePhp } from "../../../../src/cluster/mixed/php-serialized.ts";

const classes = { objects: new Set(["A\\B"]), enumerations: new Set(["E\\F"]) };

function refusal(text: string): string {
  try {
    readPhpSerialized(text, classes);
  } catch (error) {
    if (error instanceof UnreadablePhp) return error.message;
    throw error;
  }
  throw new Error("expected an UnreadablePhp");
}

describe("PHP's serialize", () => {
  test.each<[string, unknown]>([
    ["N;", null],
    ["b:1;", true],
    ["b:0;", false],
    ["i:-42;", -42],
    ["d:1.5;", 1.5],
    ["d:1.0E+25;", 1e25],
    ["d:-INF;", -Infinity],
    ['s:0:"";', ""],
    ['s:6:"é\\"x"";', 'é\\"x"'],
  ])("%s", (text, value) => expect(readPhpSerialized(text, classes)).toEqual(value as never));

  test("arrays keep the order of their keys", () => {
    expect(readPhpSerialized('a:2:{s:1:"b";i:1;i:0;a:0:{}}', classes)).toEqual({
      kind: "array",
      entries: new Map<string, never>([["b", 1 as never], [
        "0",
        { kind: "array", entries: new Map() } as never,
      ]]),
    });
  });

  test("objects and enumerations on the list are what they hold, and nothing is built", () => {
    expect(
      readPhpSerialized(
        'O:3:"A\\B":2:{s:4:"\0*\0x";i:1;s:6:"\0A\\B\0y";E:9:"E\\F:THREE";}'.replace(":9:", ":9:"),
        classes,
      ),
    )
      .toEqual({
        kind: "object",
        class: "A\\B",
        properties: new Map<string, never>([
          ["x", 1 as never],
          ["y", { kind: "case", enumeration: "E\\F", name: "THREE" } as never],
        ]),
      });
  });

  test.each([
    ['O:3:"A\\C":0:{}', "an object of the class A\\C"],
    ['E:5:"X:ONE";', "a case of X"],
    ['C:3:"A\\B":2:{x;}', 'a value of the type "C"'],
    ["R:1;", 'a value of the type "R"'],
    ["i:1;i:2;", "more behind the value"],
    ['s:5:"abc";', "another character than expected"],
    ["a:2:{i:0;i:1;}", "another character than expected"],
    ["a:1:{N;i:1;}", "a key that is none"],
    ["i:1e9;", "a number that is none"],
    ["", "another character than expected"],
    ['s:9:"abc";', "a text that ends too early"],
    ["a:1:{i:0;".repeat(20), "too much in one value"],
  ])("%s is refused", (text, reason) => expect(refusal(text)).toBe(reason));

  test("any text is read or refused, and nothing else happens", () => {
    const pieces = fc.constantFrom(
      "a:1:{",
      "i:0;",
      "s:1:",
      '"',
      "}",
      "O:3:",
      "A\\B",
      "N;",
      "b:1;",
      ":",
      ";",
      "9",
      "é",
      "\0",
    );
    fc.assert(fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      try {
        readPhpSerialized(parts.join(""), classes);
      } catch (error) {
        expect(error).toBeInstanceOf(UnreadablePhp);
      }
    }));
  });
});
