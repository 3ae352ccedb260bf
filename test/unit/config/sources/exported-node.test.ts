import { describe, expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { ConfigError } from "../../../../src/config/config-error.ts";
import { plainValue } from "../../../../src/config/sources/config-node.ts";
import { readExportedNode } from "../../../../src/config/sources/exported-node.ts";
import { refusalOf } from "../memory-files.ts";

const FILE = "bootstrap/cache/config.php";

function read(array: string): ReturnType<typeof readExportedNode> {
  return readExportedNode(`<?php return ${array};\n`, FILE);
}

/** As PHP's `var_export` writes it. */
function exported(value: unknown): string {
  if (value === null) return "NULL";
  if (typeof value === "string") {
    const quoted = `'${value.replace(/[\\']/g, "\\$&")}'`;
    return quoted.replaceAll("\0", "' . \"\\0\" . '");
  }
  if (typeof value === "number") return Number.isInteger(value) ? `${value}` : `${value}`.toUpperCase();
  if (typeof value !== "object") return `${value}`;
  const entries = Array.isArray(value)
    ? value.map((each, index) => `${index} => ${exported(each)},`)
    : Object.entries(value).map(([name, each]) => `${exported(name)} => ${exported(each)},`);
  return `array (\n  ${entries.join("\n  ")}\n)`;
}

describe("what config:cache writes", () => {
  test("is read with the line and the path of each value", () => {
    const root = read(`array (
  'app' =>\u0020
  array (
    'name' => 'It\\'s \\\\ here',
    'debug' => false,
    'ratio' => 1.5,
  ),
  'reverb' =>\u0020
  array (
    'apps' =>\u0020
    array (
      0 =>\u0020
      array (
        'key' => NULL,
        'max' => -5,
      ),
    ),
  ),
)`);
    expect(plainValue(root)).toEqual({
      app: { name: "It's \\ here", debug: false, ratio: 1.5 },
      reverb: { apps: [{ key: null, max: -5 }] },
    });
    const app = root.entries.get("app");
    expect(app).toMatchObject({ place: `${FILE}:2 app`, list: false });
    expect(app?.kind === "table" ? app.entries.get("ratio") : app).toEqual({
      kind: "leaf",
      value: 1.5,
      place: `${FILE}:6 app.ratio`,
      keyPlace: `${FILE}:6 app.ratio`,
      env: [],
    });
  });

  const values: readonly [written: string, value: unknown][] = [
    ["'a' . \"\\0\" . 'b'", "a\0b"],
    ["'' . \"\\0\" . ''", "\0"],
    ["'line\nline'", "line\nline"],
    ["-9223372036854775807-1", "-9223372036854775807"],
    ["9223372036854775807", "9223372036854775807"],
    ["1.0", 1],
    ["1.0E+25", 1e25],
    ["array (\n)", []],
    ["[1, 'a', ['b' => true]]", [1, "a", { b: true }]],
    ["(object) array(\n     'a' => 1,\n  )", { a: 1 }],
  ];
  test.each(values)("%p is %p", (written, value) => {
    expect(plainValue(read(`array ('a' => ${written})`))).toEqual({ a: value });
  });

  test.each([
    "\\App\\Enums\\Queue::Redis",
    "\\Illuminate\\Support\\Carbon::__set_state(array(\n   'date' => '2026-01-01',\n))",
    "\\Foo::__set_state(array('inner' => \\Bar::__set_state(array())))",
    "NAN",
    "-INF",
    "'\uFFFD'",
  ])("%p is no value for a setting, and the rest is read", (written) => {
    const root = plainValue(read(`array ('a' => ${written}, 'b' => 2)`));
    expect(root).toEqual({ a: expect.any(Function), b: 2 });
  });

  test("gives back any value", () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.string({ unit: "grapheme" }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value")),
        fc.dictionary(fc.stringMatching(/^[a-z'\\]+$/), tie("value"), { minKeys: 1, noNullPrototype: true }),
      ),
    })).value;
    fc.assert(fc.property(value, (each) => {
      fc.pre(!JSON.stringify(each).includes("\uFFFD"));
      expect(plainValue(read(`array ('a' => ${exported(each)})`))).toEqual({ a: each });
    }));
  });
});

describe("anything else", () => {
  const WAY_OUT = "Run `php artisan config:cache` again, or `php artisan config:clear`";
  test.each([
    ["<?php return array (\n  'a' => 1,\n", 3],
    ["<?php return array (\n  'a' => 'b", 2],
    ["<?php return array ('a' => env('A'));", 1],
    ["<?php return array ('a' => 1) + array();", 1],
    ["<?php return array ('a' => 1 'b' => 2);", 1],
    ["<?php system('id'); return array();", 1],
    ["<?php return array ('a' => \"$b\");", 1],
    ["", 1],
  ])("%p is refused with its line and the way out", (source, line) => {
    expect(refusalOf(() => readExportedNode(source, FILE))).toEqual([
      `Cannot read ${FILE}:${line}: it is not what \`php artisan config:cache\` writes. ${WAY_OUT}`,
    ]);
  });

  test("that is no array is refused", () => {
    expect(refusalOf(() => read("'a'"))).toEqual([`Cannot read ${FILE}: expected an array`]);
  });

  test("ends in a ConfigError, however deep or damaged", () => {
    expect(refusalOf(() => read("array(".repeat(100_000)))[0]).toContain("it is nested too deeply");
    const whole = `<?php return ${exported({ a: ["b", { c: "d\0", e: [1, null] }] })};`;
    fc.assert(fc.property(fc.nat(whole.length), fc.nat(10), fc.string(), (start, length, text) => {
      try {
        readExportedNode(whole.slice(0, start) + text + whole.slice(start + length), FILE);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }));
  });
});
