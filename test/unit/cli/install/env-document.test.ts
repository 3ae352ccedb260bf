import { describe, expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { ConfigError } from "../../../../src/config/config-error.ts";
import { parseEnvFile } from "../../../../src/config/sources/env-file.ts";
import { EnvDocument } from "../../../../src/cli/install/env-document.ts";

function document(text: string): EnvDocument {
  return new EnvDocument(Buffer.from(text), ".env");
}

/** The file after one assignment. */
function after(text: string, name: string, written: string): string {
  const changed = document(text);
  changed.set(name, written);
  return Buffer.from(changed.toBytes()).toString();
}

describe("what a variable is", () => {
  test.each([
    ["A=x", "x"],
    ["A=x\nA=y", "y"],
    ["export A='x y'", "x y"],
    ["\uFEFFA=x", "x"],
    ["A=", undefined],
    ['A=""', undefined],
    ["A=null", undefined],
    ["A=(empty)", undefined],
    ["A=x\nA", undefined],
    ["# A=x", undefined],
    ["B=x", undefined],
    ["", undefined],
  ])("in %j it is %p", (text, value) => {
    expect(document(text).get("A")).toBe(value);
  });
});

describe("an assignment stands in place of a single word", () => {
  test.each([
    ["A=", "A=1"],
    ["A=log\n", "A=1\n"],
    ["A=log#c", "A=1#c"],
    [' export "A" = "log"  # c\nB=2', ' export "A" = 1  # c\nB=2'],
    ["\uFEFFA=log\r\nB=2\r\n", "\uFEFFA=1\r\nB=2\r\n"],
    ["B=2\rA=\rC=3", "B=2\rA=1\rC=3"],
    ["A=log\nA=null\n", "A=log\nA=1\n"],
    ["B=\"1\n2\"\nA=''\n", 'B="1\n2"\nA=1\n'],
    ["A=(null)\n", "A=1\n"],
  ])("%j becomes %j", (before, result) => {
    expect(after(before, "A", "1")).toBe(result);
  });
});

describe("everything else is added at the end, after one blank line, with the file's own line endings", () => {
  test.each([
    ["", "A=1\n"],
    ["B=2", "B=2\n\nA=1\n"],
    ["B=2\n", "B=2\n\nA=1\n"],
    ["B=2\n\n", "B=2\n\nA=1\n"],
    ["B=2\r\nC=3", "B=2\r\nC=3\r\n\r\nA=1\r\n"],
    ["# A=x", "# A=x\n\nA=1\n"],
    ["A=x\nA\n", "A=x\nA\n\nA=1\n"],
    ['A="two words"\n', 'A="two words"\n\nA=1\n'],
    ["A=${B}\n", "A=${B}\n\nA=1\n"],
  ])("%j becomes %j", (before, result) => {
    expect(after(before, "A", "1")).toBe(result);
  });

  test("groups are parted by one blank line, and an empty group by none", () => {
    const changed = document("X=1\n");
    changed.separate();
    changed.set("A", "1");
    changed.separate();
    changed.separate();
    changed.set("B", "2");
    changed.separate();
    expect(Buffer.from(changed.toBytes()).toString()).toBe("X=1\n\nA=1\n\nB=2\n");
  });
});

test("bytes that are no UTF-8 survive", () => {
  const bytes = Buffer.from("# caf\xe9 \xff\nA=\n", "latin1");
  const changed = new EnvDocument(bytes, ".env");
  changed.set("A", "1");
  changed.set("B", "2");
  expect(Buffer.from(changed.toBytes()).toString("latin1")).toBe("# caf\xe9 \xff\nA=1\n\nB=2\n");
});

/** Whether Laravel takes the file at all. */
function isReadable(bytes: Uint8Array): boolean {
  try {
    return parseEnvFile(Buffer.from(bytes).toString(), ".env").length >= 0;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

test("nothing set means nothing changed, byte for byte", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    fc.pre(isReadable(bytes));
    const unchanged = new EnvDocument(bytes, ".env");
    expect(unchanged.changed).toBe(false);
    expect([...unchanged.toBytes()]).toEqual([...bytes]);
  }));
});

test("with any file, afterwards the variable has its value and every other its own", () => {
  const word = fc.constantFrom("", "log", "'a b'", '"x"', '"a\nb"', "${B}", "#c", "x # c", "null");
  const name = fc.constantFrom("A", "B", "AA", "export A", '"A"', " A ", "A.B");
  const line = fc.oneof(
    fc.tuple(name, word).map(([left, right]) => `${left}=${right}`),
    fc.constantFrom("", "  ", "# A=1", "A", "B"),
  );
  const ending = fc.constantFrom("\n", "\r\n", "\r");
  const file = fc.tuple(
    fc.constantFrom("", "\uFEFF"),
    fc.array(fc.tuple(line, ending)),
    fc.constantFrom("", "A="),
  )
    .map(([mark, lines, last]) => mark + lines.flat().join("") + last);
  const others = (text: string): unknown[] =>
    parseEnvFile(text, ".env").filter((entry) => entry.name !== "A").map(({ name, value }) => ({
      name,
      value,
    }));
  fc.assert(fc.property(file, (text) => {
    fc.pre(isReadable(Buffer.from(text)));
    const result = after(text, "A", "reverb");
    expect(document(result).get("A")).toBe("reverb");
    expect(others(result)).toEqual(others(text));
  }));
});
