import { describe, expect, test } from "bun:test";
import { failure } from "./evaluate-snippet.ts";

/** The reason for which `return …;` on line 3 is refused. */
function refused(expression: string): string {
  const prefix = /^(?:Cannot read )?config\/reverb\.php:3: /;
  const message = failure(`<?php\n\nreturn ${expression};\n`);
  expect(message).toMatch(prefix);
  return message.replace(prefix, "");
}

describe("what is not supported is named with file and line", () => {
  test.each([
    ["foo()", `call to "foo()" is not supported`],
    [
      "config('app.name')",
      `config("app") is not known, since there is neither config/app.php nor vendor/laravel/framework`,
    ],
    ["url('/')", `call to "url()" is not supported`],
    ["now()", `call to "now()" is not supported`],
    ["getenv()", "getenv() without a name is not supported"],
    ["$_SERVER['argv']", "$_SERVER['argv'] is not known here, where there is no PHP; it is not supported"],
    [
      "file_get_contents('/etc/passwd')",
      `file_get_contents() of "/etc/passwd", which is not in the application's folder or /run/secrets, is not supported`,
    ],
    [
      "file_exists('../x')",
      `file_exists() of "../x", which is not in the application's folder or /run/secrets, is not supported`,
    ],
    ["exec('ls')", `call to "exec()" is not supported`],
    ["\\Foo\\Bar::baz()", `call to "Foo\\Bar::baz()" is not supported`],
    [
      "\\Illuminate\\Support\\Str::random(5)",
      `call to "Illuminate\\Support\\Str::random()" is not supported`,
    ],
    ["collect([])->shuffle()", `call to "->shuffle()" on collection is not supported`],
    ["constructor()", `call to "constructor()" is not supported`],
    ["require 'other.php'", "the required file other.php is missing"],
    [
      "require '/etc/x.php'",
      `require of "/etc/x.php", which is not in the application's folder or /run/secrets, is not supported`,
    ],
    ["new \\DateTime()", "new DateTime is not supported"],
    ["`ls`", "a shell command is not supported"],
    ["eval('1')", "eval() is not supported"],
    ["collect([])->b", "reading the property ->b of collection is not supported"],
    ["NO_SUCH_CONSTANT", `constant "NO_SUCH_CONSTANT" is not known`],
    ["Foo::BAR", `constant "Foo::BAR" is not known`],
    ["$_SERVER", "$_SERVER as a whole is not supported"],
  ])("%s", (expression, reason) => {
    expect(refused(expression)).toBe(reason);
  });

  test("only when it is reached", () => {
    expect(failure("<?php return false ? foo() : bar();")).toContain("bar()");
  });

  test("on the line where it stands in a longer expression", () => {
    expect(failure("<?php\nreturn [\n  'a' => 1,\n  'b' => [\n    'c' => 'x' . foo(),\n  ],\n];")).toBe(
      `config/reverb.php:5: call to "foo()" is not supported`,
    );
    expect(failure("<?php\nreturn collect([1])\n  ->values()\n  ->nope();")).toContain("reverb.php:4: ");
  });
});

describe("what PHP itself refuses", () => {
  test.each([
    ["1 / 0", "division by zero"],
    ["1 % 0", "modulo by zero"],
    ["[] + 1", "unsupported operand types: array + int"],
    ["'abc' * 2", "unsupported operand types: string * int"],
    ["match (5) { 1 => 2 }", "no arm of match fits the value"],
    ["[[] => 1]", "an array cannot be an array key"],
    ["strlen()", "strlen() needs $string"],
    ["strlen('a', 'b')", "strlen() takes at most 1 arguments"],
    ["strlen([])", "strlen() needs string for $string, not array"],
    ["env(foo: 1)", "env() has no parameter $foo"],
    ["1 <=> 2 <=> 3", "comparisons cannot be chained with <=>"],
    ["true ? 1 : false ? 2 : 3", "a nested ?: needs parentheses"],
    ["08", "invalid number 08"],
  ])("%s", (expression, reason) => {
    expect(refused(expression)).toBe(reason);
  });

  test("a syntax error has its line", () => {
    expect(failure("<?php\n\n$a = ;")).toBe("Cannot read config/reverb.php:3: syntax error, unexpected ';'");
    expect(failure("<?php return 'open")).toBe("Cannot read config/reverb.php:1: a string is not closed");
    expect(failure("<?php\nreturn [1,,2];")).toContain("reverb.php:2: ");
  });
});
