import { describe, expect, test } from "bun:test";
import { failure, php, run } from "./evaluate-snippet.ts";

describe("regular expressions find what PCRE finds", () => {
  test.each([
    ["preg_match('/^a(b)?(c)?/', 'abx', $m) . '|' . implode(',', $m)", "1|ab,b"],
    ["preg_match_all('/a*/', 'baaac')", 4n],
    ["preg_replace('/(\\w+) (\\w+)/', '$2 ${1}x', 'a b')", "b ax"],
    ["preg_replace(['/a/', '/b/'], ['b', 'c'], ['ab', 'k' => 'ba'])", { 0: "cc", k: "cc" }],
    ["preg_replace('/x*/', '-', 'abc')", "-a-b-c-"],
    ["preg_replace_callback('/\\d+/', fn ($m) => $m[0] * 2, 'a1b22')", "a2b44"],
    ["preg_split('/[\\s,]+/', 'a, b  c')", ["a", "b", "c"]],
    ["preg_split('//', 'ab')", ["", "a", "b", ""]],
    ["preg_quote('a.b/c', '/')", "a\\.b\\/c"],
    ["preg_grep('/^a/', ['abc', 'b'])", ["abc"]],
    ["[preg_match('/^.$/u', 'é'), preg_match('/^.$/', 'é'), preg_match('/Ä/iu', 'ä')]", [1n, 0n, 1n]],
    ["[preg_match('/a$/', \"a\\n\"), preg_match('/a$/D', \"a\\n\"), preg_match('/^b$/m', \"a\\nb\\nc\")]", [
      1n,
      0n,
      1n,
    ]],
    ["preg_split('/\\R/', \"a\\r\\nb\\nc\")", ["a", "b", "c"]],
  ])("%s", (expression, value) => expect(php(expression)).toEqual(value));

  test("and give it to a variable", () => {
    expect(run("preg_match('/(?<host>[^:]+):(\\d+)/', 'h.test:6379', $m); return $m;")).toEqual({
      0: "h.test:6379",
      host: "h.test",
      1: "h.test",
      2: "6379",
    });
  });
});

test.each([
  ["/a(?=b)/", '"(?=" in a regular expression'],
  ["/a(?!b)/", '"(?!" in a regular expression'],
  ["/(?<=a)b/", '"(?<=" in a regular expression'],
  ["/(?<!a)b/", '"(?<!" in a regular expression'],
  ["/(a)\\\\1/", '"\\1" in a regular expression'],
  ["/(?>a)/", '"(?>" in a regular expression'],
  ["/a++/", '"++" in a regular expression'],
  ["/(?R)/", '"(?R" in a regular expression'],
  ["/(?P=n)/", '"(?P=" in a regular expression'],
  ["/a\\\\Kb/", '"\\K" in a regular expression'],
  ["/a/e", 'the modifier "e" of a regular expression'],
  ["a", 'the regular expression "a"'],
  ["/^+a/", '"^+" in a regular expression is not supported'],
  ["/a\\b{2}/", '"\\b{2}" in a regular expression is not supported'],
  ["/(/", "a regular expression is not supported: missing closing ): `(`"],
])("%s is refused by name", (pattern, reason) => {
  expect(failure(`<?php return preg_match('${pattern}', 'ab');`)).toContain(reason);
});

describe("a hostile pattern takes linear time, or uses up the work that a file may do", () => {
  test.each(["/(a*)*b/", "/(a+)+$/m", "/^(\\\\w+\\\\s?)*x/", "/(x+x+)+y/"])("%s", (pattern) => {
    expect(failure(`<?php preg_match('${pattern}', str_repeat('a', 50000)); throw new Exception('done');`))
      .toMatch(/Exception: done|too much work/);
  });

  test.each([
    "preg_replace('/(?:a.*z|a)/', 'b', str_repeat('a', 100000))",
    "preg_match_all('/a*?/', str_repeat('a', 1000000))",
    "preg_replace('/a/', str_repeat('b', 1000), str_repeat('a', 100000))",
    "preg_match('/' . str_repeat('(a{1,9}){1,9}', 100) . '/', 'a')",
    "preg_match('/((a{30}){30}){30}/', 'a')",
    "preg_match('/' . str_repeat('(', 4000) . str_repeat(')', 4000) . '/', 'a')",
    "preg_split('//', str_repeat('a', 1000000))",
  ])("%s", (expression) => {
    expect(failure(`<?php ${expression}; throw new Exception('done');`)).toMatch(
      /Exception: done|too much work|longer than|more than|not supported|nested too deeply/,
    );
  });
});
