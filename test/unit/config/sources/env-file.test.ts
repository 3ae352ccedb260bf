import { describe, expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { ConfigError } from "../../../../src/config/config-error.ts";
import { parseEnvFile } from "../../../../src/config/sources/env-file.ts";
import { Environment } from "../../../../src/config/sources/environment.ts";
import { refusalOf } from "../memory-files.ts";

const processEnvironment = { REAL: "from outside", EMPTY: "" };

/** The variables of a file as an application would see them. */
function load(content: string): Record<string, string | undefined> {
  const entries = parseEnvFile(content, ".env");
  const environment = new Environment(processEnvironment, entries);
  return Object.fromEntries(entries.map(({ name }) => [name, environment.get(name)?.value]));
}

// Every expectation of these two tables was observed with vlucas/phpdotenv 5.8.
const accepted: readonly [
  sentence: string,
  content: string,
  variables: Record<string, string | undefined>,
][] = [
  ["any line ending separates assignments", "A=1\r\nB=2\rC=3\nD=4", { A: "1", B: "2", C: "3", D: "4" }],
  ["a byte order mark is dropped", "\uFEFFA=1", { A: "1" }],
  ["comment lines and blank lines are nothing", "# A=0\n\n  \t\n  # B\nA=1", { A: "1" }],
  ["export is dropped, after a tab too", "export A=1\nexport\tB=2", { A: "1", B: "2" }],
  ["a name that only begins with export stays", "exportA=1", { exportA: "1" }],
  ["names may be quoted and may have dots and letters of any language", '"A"=1\na.b=2\nété=3', {
    A: "1",
    "a.b": "2",
    été: "3",
  }],
  ["blanks around name and value are trimmed", "  A =  b  ", { A: "b" }],
  ["an empty value is the empty text", "A=\nB=\"\"\nC=''\nD=#c", { A: "", B: "", C: "", D: "" }],
  ["a hash begins a comment, in an unquoted value even without a space", "A=b #c\nB=b#c\nC='x # y' # z", {
    A: "b",
    B: "b",
    C: "x # y",
  }],
  ["single quotes are literal", "A='a\\n${REAL}\"'", { A: 'a\\n${REAL}"' }],
  ["double quotes know escapes", 'A="a\\n\\t\\"\\\\\\$b"', { A: 'a\n\t"\\$b' }],
  ["quotes and backslashes inside an unquoted value are literal", "A=it's\nB=\\n", { A: "it's", B: "\\n" }],
  ["a double-quoted value may span lines", 'A="one\r\ntwo # no comment"\nB=3', {
    A: "one\ntwo # no comment",
    B: "3",
  }],
  ["braces interpolate outside quotes and in double quotes", 'A=${REAL}\nB="<${REAL}>"', {
    A: "from outside",
    B: "<from outside>",
  }],
  ["interpolation sees earlier assignments and nests", "A=EAL\nB=${R${A}}\nC=${D}\nD=1", {
    A: "EAL",
    B: "from outside",
    C: "${D}",
    D: "1",
  }],
  ["a dollar without braces is literal", "A=$REAL\nB=$", { A: "$REAL", B: "$" }],
  ["the last assignment wins within the file", "A=1\nA=${A}2", { A: "12" }],
  ["a name without a value takes the assignment back", "A=1\nA", { A: undefined }],
  ["the real environment wins, also when it is empty", "REAL=x\nEMPTY=x", {
    REAL: "from outside",
    EMPTY: "",
  }],
  ["characters outside the basic plane survive interpolation", 'A="😀${REAL}😀"', {
    A: "😀from outside😀",
  }],
];

describe("a .env file", () => {
  for (const [sentence, content, variables] of accepted) {
    test(sentence, () => expect(load(content)).toEqual(variables));
  }

  test("its entries know their line, below a value of several lines too", () => {
    const lines = parseEnvFile('# first\nA="1\n2\n3"\n\nB=x', ".env").map(({ name, line }) => [name, line]);
    expect(lines).toEqual([["A", 2], ["B", 6]]);
  });
});

describe("a .env file that phpdotenv refuses", () => {
  const refused: readonly [sentence: string, content: string, message: string][] = [
    ["no name", "\n = 1", '.env:2: expected a name before the "="'],
    [
      "a value with spaces",
      "S=hunter 2",
      ".env:1 S: text after the end of the value; a value with spaces must be quoted",
    ],
    [
      "text behind a quote",
      "S='hunter'2",
      ".env:1 S: text after the end of the value; a value with spaces must be quoted",
    ],
    ["a quote that is never closed", 'A=1\nS="hunter2\nB=1', ".env:2 S: a missing closing quote"],
    [
      "an unknown escape",
      'S="hunter\\2"',
      ".env:1 S: an unknown escape sequence in double quotes; write \\\\ for a backslash",
    ],
    [
      "a line that is no assignment",
      "hunter two",
      '.env:1: expected NAME=value, with a name of letters, digits, "_" and "."',
    ],
    ["a dash in a name", "A-B=1", '.env:1: expected NAME=value, with a name of letters, digits, "_" and "."'],
  ];
  for (const [sentence, content, message] of refused) {
    test(`${sentence} is named with its line and without the value`, () => {
      expect(refusalOf(() => parseEnvFile(content, ".env"))).toEqual([message]);
      expect(message).not.toContain("hunter");
    });
  }

  test("every bad line is reported at once", () => {
    expect(refusalOf(() => parseEnvFile("A=a b\nB=1\nC='", ".env"))).toHaveLength(2);
  });
});

test("any .env file gives variables or a ConfigError", () => {
  const scrap = fc.constantFrom(
    "A",
    "=",
    '="',
    '"',
    "'",
    "\\",
    "$",
    "${",
    "}",
    "${A}",
    "#",
    " ",
    "\n",
    "\r\n",
    "\0",
    "é",
  );
  const content = fc.oneof(
    fc.array(scrap, { maxLength: 40 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(content, (text) => {
      try {
        load(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
    { numRuns: 2_000 },
  );
});
