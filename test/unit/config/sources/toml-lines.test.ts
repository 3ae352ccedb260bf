import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { parse, stringify } from "smol-toml";
import { tomlLines } from "../../../../src/config/sources/toml-lines.ts";

test("each entry has the line of its key, in every way that TOML has to write one", () => {
  const source = `# [not.a.table]
title = "a # b" # c
long = """
[x]
y = 1""""
raw = '''
'z' = 2 '''
"quo\\u0074ed" . 'na.me' = { a = 1, b . c = [ { d = 1 }, {} ] }
when = 1979-05-27 07:32:00

[server]
port = 1
  [server.scaling]   # d
  list = [
    "one", # e
    [ 2, 3 ],
  ]
[[apps]]
key = "k"
[apps.options]
host = 'h'
[[apps]]
key = "l"
[[apps.webhooks]]
url = "u"
`;
  expect(Object.fromEntries(tomlLines(source))).toEqual({
    title: 2,
    long: 3,
    raw: 6,
    quoted: 8,
    "quoted.na.me": 8,
    "quoted.na.me.a": 8,
    "quoted.na.me.b": 8,
    "quoted.na.me.b.c": 8,
    "quoted.na.me.b.c.0": 8,
    "quoted.na.me.b.c.0.d": 8,
    "quoted.na.me.b.c.1": 8,
    when: 9,
    server: 11,
    "server.port": 12,
    "server.scaling": 13,
    "server.scaling.list": 14,
    "server.scaling.list.0": 15,
    "server.scaling.list.1": 16,
    "server.scaling.list.1.0": 16,
    "server.scaling.list.1.1": 16,
    apps: 18,
    "apps.0": 18,
    "apps.0.key": 19,
    "apps.0.options": 20,
    "apps.0.options.host": 21,
    "apps.1": 22,
    "apps.1.key": 23,
    "apps.1.webhooks": 24,
    "apps.1.webhooks.0": 24,
    "apps.1.webhooks.0.url": 25,
  });
});

test("every entry of any document has a line", () => {
  const key = fc.string({ minLength: 1, unit: "grapheme" }).filter((name) => name !== "__proto__");
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: "grapheme" }),
      fc.integer(),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 3 }),
    ),
  }));
  fc.assert(fc.property(fc.dictionary(key, value, { maxKeys: 4 }), (document) => {
    const source = stringify(document), lines = tomlLines(source);
    for (const path of paths(parse(source), "")) {
      expect(lines.get(path), `${path} of\n${source}`).toBeNumber();
    }
  }));
});

test("any other text ends it too", () => {
  const text = fc.array(
    fc.constantFrom("[", "]", "{", "}", "=", '"', "'''", "\n", "a", ".", ",", "#", "\\", " "),
  );
  fc.assert(fc.property(text, (parts) => void tomlLines(parts.join(""))), { numRuns: 1000 });
});

function paths(value: unknown, path: string): readonly string[] {
  const own = path === "" ? [] : [path];
  if (typeof value !== "object" || value === null) return own;
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, inner]) => paths(inner, path === "" ? name : `${path}.${name}`)),
  ];
}
