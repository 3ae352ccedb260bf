import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import {
  duration,
  identifier,
  integer,
  listeningPort,
  oneOf,
  plainText,
  remotePort,
  type ValueKind,
  yesOrNo,
} from "../../../../src/config/kinds/value-kind.ts";

const refused = Symbol("refused");

function accept(kind: ValueKind<unknown>, value: unknown): unknown {
  const result = v.safeParse(kind.schema, value);
  return result.success ? result.output : refused;
}

const table: readonly [name: string, kind: ValueKind<unknown>, value: unknown, result: unknown][] = [
  ["a port", listeningPort, "8080", 8080],
  ["a port", listeningPort, " 8080 ", 8080],
  ["a port", listeningPort, 0, 0],
  ["a port", listeningPort, 65536, refused],
  ["a port", listeningPort, "80.5", refused],
  ["a port", listeningPort, "0x50", refused],
  ["a port", listeningPort, "eighty", refused],
  ["a port", listeningPort, true, refused],
  ["a port to connect to", remotePort, 0, refused],
  ["an integer", integer(1, 9), 9, 9],
  ["an integer", integer(1, 9), 10, refused],
  ["an integer", integer(1, 9), -1, refused],
  ["an integer", integer(1, 9), 1.5, refused],
  ["an integer", integer(1, 9), NaN, refused],
  ["an integer", integer(1, Infinity), "99999999999999999999", refused],
  ["an integer", integer(1, 9), null, refused],
  ["a duration", duration(0, 9), "0.5", 0.5],
  ["a duration", duration(0, 9), 2, 2],
  ["a duration", duration(0, 9), "-1", refused],
  ["a duration", duration(0, 9), Infinity, refused],
  ["a yes", yesOrNo, true, true],
  ["a yes", yesOrNo, "1", true],
  ["a yes", yesOrNo, 1, true],
  ["a yes", yesOrNo, "On", true],
  ["a no", yesOrNo, "no", false],
  ["a no", yesOrNo, 0, false],
  ["a yes or no", yesOrNo, "perhaps", refused],
  ["a yes or no", yesOrNo, 2, refused],
  ["one of two words", oneOf("a", "b"), "b", "b"],
  ["one of two words", oneOf("a", "b"), "c", refused],
  ["a text", plainText, 123456, "123456"],
  ["a text", plainText, "a b", "a b"],
  ["a text", plainText, "a\r\nb", refused],
  ["a text", plainText, "\u0085", refused],
  ["a text", plainText, true, refused],
  ["a text", plainText, ["a"], refused],
  ["an identifier", identifier, "my-app_1.é", "my-app_1.é"],
  ["an identifier", identifier, "a b", refused],
  ["an identifier", identifier, "a/b", refused],
  ["an identifier", identifier, "a?b", refused],
  ["an identifier", identifier, "", refused],
];

describe("a kind of value", () => {
  for (const [name, kind, value, result] of table) {
    const verb = result === refused ? "is not" : "is";
    test(`${JSON.stringify(value)} (${typeof value}) ${verb} ${name}`, () => {
      expect(accept(kind, value)).toBe(result);
    });
  }
});
