import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { jsonMember } from "../../../src/protocol/json-member.ts";

/** A JSON text of the same value, with white space and escapes as an odd client might write it. */
function respell(value: unknown, choose: () => number): string {
  const space = (): string => [" ", "\n", "\t", "\r\n", "", "", ""][choose() % 7]!;
  const string = (text: string): string =>
    `"${
      Array.from({ length: text.length }, (_, index) => {
        const code = text.charCodeAt(index);
        const mustEscape = code < 0x20 || code === 0x22 || code === 0x5c;
        const escaped = mustEscape || choose() % 3 === 0;
        return escaped ? `\\u${code.toString(16).padStart(4, "0")}` : text[index];
      }).join("")
    }"`;
  const write = (part: unknown): string => {
    if (typeof part === "string") return string(part);
    if (Array.isArray(part)) {
      return `[${space()}${part.map((each) => write(each) + space()).join(`,${space()}`)}]`;
    }
    if (typeof part === "object" && part !== null) {
      const members = Object.entries(part).map(([name, each]) =>
        `${space()}${string(name)}${space()}:${space()}${write(each)}${space()}`
      );
      return `{${members.join(",")}${members.length === 0 ? space() : ""}}`;
    }
    return JSON.stringify(part);
  };
  return space() + write(value) + space();
}

const names = fc.oneof(
  fc.constantFrom("data", "event", "da", "data2", "DATA", 'd"ata', "d\\ata", "", "é", "\u{1F69A}"),
  fc.string({ unit: "binary", maxLength: 5 }),
);
/** Values as `JSON.parse` gives them: no `undefined`, no minus zero. */
const values = fc.jsonValue({ maxDepth: 4, stringUnit: "grapheme" });

describe("the member that JSON.parse sees", () => {
  test("is the one that is found, for any spelling of the object", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(names, values), { selector: ([name]) => name, maxLength: 6 }),
        names,
        fc.infiniteStream(fc.nat()),
        (members, asked, stream) => {
          const text = respell(Object.fromEntries(members), () => stream.next().value);
          const parsed = JSON.parse(text) as Record<string, unknown>;
          for (const name of [asked, ...members.map(([each]) => each)]) {
            const found = jsonMember(text, name);
            if (!Object.hasOwn(parsed, name)) expect(found).toBeUndefined();
            else expect(JSON.parse(found!)).toEqual(parsed[name]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("is the last one where a name occurs several times", () => {
    fc.assert(fc.property(
      fc.array(fc.tuple(fc.constantFrom("a", "b", "\\u0061"), values), { minLength: 1, maxLength: 6 }),
      (members) => {
        const text = `{${members.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(",")}}`;
        const parsed = JSON.parse(text) as Record<string, unknown>;
        for (const name of ["a", "b"]) {
          const found = jsonMember(text, name);
          expect(found === undefined ? undefined : JSON.parse(found)).toEqual(parsed[name]);
        }
      },
    ));
  });
});

const table: readonly [sentence: string, json: string, member: string | undefined][] = [
  ["a long number keeps its digits", '{"data":12345678901234567890}', "12345678901234567890"],
  ["a number keeps its spelling", '{"data":-1.50E+2 }', "-1.50E+2"],
  ["white space around a value is not part of it", '{ "data" \n:\t{ "a" : 1 }\r\n, "b":2}', '{ "a" : 1 }'],
  ["a name may be escaped", '{"d\\u0061ta":1}', "1"],
  ["the last of two counts, also when it is spelled differently", '{"data":1,"d\\u0061ta":2}', "2"],
  ["a member inside another is not it", '{"a":{"data":1},"b":[{"data":2}]}', undefined],
  ["a text that looks like a member is not it", '{"a":"\\"data\\":1,","b":1}', undefined],
  ["brackets and quotes in strings do not count", '{"a":"}]\\"","data":"\\\\"}', '"\\\\"'],
  [
    "a string ends at the quote that an even number of backslashes precedes",
    '{"a":"\\\\\\"","data":true}',
    "true",
  ],
  ["an empty name is a name", '{"":1}', undefined],
  ["null is a value", '{"data":null}', "null"],
  ["an empty object has nothing", " { } ", undefined],
  ["a name that only begins alike is another", '{"dat":1,"dataa":2}', undefined],
];

test.each([...table])("%s", (_, json, member) => {
  JSON.parse(json);
  expect(jsonMember(json, "data")).toBe(member!);
});

test("a member may have an empty name", () => {
  expect(jsonMember('{"":1}', "")).toBe("1");
});

test("deep nesting and many backslashes are read in linear time", () => {
  const deep = `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)},"data":1}`;
  expect(jsonMember(deep, "data")).toBe("1");
  const slashes = `{"a":"${"\\\\".repeat(200_000)}","data":2}`;
  const quotes = `{"a":"${'\\"'.repeat(200_000)}","data":3}`;
  expect(jsonMember(slashes, "data")).toBe("2");
  expect(jsonMember(quotes, "data")).toBe("3");
});
