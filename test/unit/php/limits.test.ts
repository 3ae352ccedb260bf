import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { readFileSync } from "node:fs";
import { evaluatePhpFile } from "../../../src/php/evaluate-php-file.ts";
import { PhpConfigError } from "../../../src/php/php-config-error.ts";
import { failure } from "./evaluate-snippet.ts";

const stock = readFileSync(new URL("./fixtures/reverb.php", import.meta.url), "utf8");

const tokens = [
  ...[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "<<<EOT\n",
    "EOT;\n",
    "$a",
    "$a[]",
    "=>",
    "fn()=>",
    "function(){",
  ],
  ...[
    "match(",
    "?",
    "??",
    ":",
    ";",
    "return ",
    "env(",
    "...",
    "<?php ",
    "?>",
    "/*",
    "#",
    "#[",
    "//",
    "foreach(",
  ],
  ...[
    "as ",
    "use ",
    "::",
    "->",
    "?->",
    "&",
    "=",
    "\\",
    "\u{1F600}",
    "\0",
    "0x",
    "1e",
    "9".repeat(30),
    "Str::",
  ],
  ...[
    "collect(",
    "${",
    "{$",
    "\n",
    "if(",
    "else ",
    "@",
    "new ",
    "static ",
    "list(",
    "yield ",
    "`",
    "b'",
    "(int)",
  ],
  ...["<?=", "__halt_compiler();", "namespace ", "**", "enum X {", "class A {", "case ", "try{", "goto x"],
  ...[
    "catch(E $e){",
    "finally{",
    "throw ",
    "while(",
    "do{",
    "for(",
    "switch(",
    "break 2;",
    "continue;",
    "static $s=",
    "const X=",
    "function f(&",
    "list($a,",
    "[$a,[$b]]=",
    "=&",
    "->value",
    "instanceof ",
    "self::",
    "extends ",
    "require ",
    "print ",
    "exit",
    "as &$v",
    "foreach($a as[",
    "global ",
  ],
];

/** Evaluates any source and expects a value or a PhpConfigError; an unforeseen error inside would be "not understood". */
function endsWell(source: string): void {
  try {
    evaluatePhpFile(source, { file: "config/reverb.php", basePath: "/srv/app", env: () => undefined });
  } catch (error) {
    expect(error).toBeInstanceOf(PhpConfigError);
    expect(String(error)).toMatch(/^PhpConfigError: (?:Cannot read )?config\/reverb\.php:\d+: /);
    expect(String(error)).not.toContain("the code is not understood");
  }
}

describe("any input ends in a value or in a PhpConfigError", () => {
  test("random text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => endsWell(`<?php ${text}`)),
    );
  });

  test("random rows of tokens", () => {
    const row = fc.array(fc.constantFrom(...tokens), { maxLength: 25 });
    fc.assert(fc.property(row, (parts) => endsWell(`<?php return ${parts.join(" ")}`)), { numRuns: 1000 });
    fc.assert(fc.property(row, (parts) => endsWell(`<?php ${parts.join("")}`)), { numRuns: 1000 });
  });

  test("the stock file with a piece cut out or put in", () => {
    const position = fc.nat(stock.length);
    fc.assert(
      fc.property(position, fc.nat(40), fc.constantFrom("", ...tokens), (start, length, token) => {
        endsWell(stock.slice(0, start) + token + stock.slice(start + length));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    "(",
    "[",
    "-",
    "!",
    "fn()=>",
    "1+",
    "1 .",
    "1**",
    "$a[",
    "env(",
    "'a'=>[",
    "1 ? 2 : ",
    "{",
    "if(1)",
    "$a=",
  ])(
    "%s over and over",
    (piece) => {
      for (const times of [300, 20_000]) endsWell(`<?php return ${piece.repeat(times)}`);
    },
  );
});

describe("a hostile file ends quickly", () => {
  test.each([
    ["str_repeat('a', 1000000000)", "a string is longer than 1048576 bytes"],
    ["str_pad('a', PHP_INT_MAX, 'b')", "a string is longer than 1048576 bytes"],
    ["sprintf('%999999999d', 1)", "a string is longer than 1048576 bytes"],
    [
      "str_replace('a', str_repeat('b', 1000000), str_repeat('a', 1000000))",
      "a string is longer than 1048576 bytes",
    ],
    ["range(1, 1000000000)", "an array has more than 100000 entries"],
    ["range(0, INF)", "an array has more than 100000 entries"],
    ["array_fill(0, PHP_INT_MAX, 1)", "an array has more than 100000 entries"],
    ["array_pad([], 1000000000, 1)", "an array has more than 100000 entries"],
    ["(fn ($f) => $f($f))(fn ($f) => $f($f))", "the code is nested too deeply"],
  ])("%s", (expression, reason) => {
    expect(failure(`<?php return ${expression};`)).toBe(`Cannot read config/reverb.php:1: ${reason}`);
  });

  test("an array that holds itself twice, again and again, is counted with all its copies", () => {
    expect(failure("<?php $a = [1]; foreach (range(1, 64) as $i) { $a = [$a, $a]; } return $a;")).toContain(
      "an array has more than 100000 entries",
    );
  });

  test("loops inside loops use up the work that a file may do", () => {
    const loops = "foreach ($r as $a) { foreach ($r as $b) { foreach ($r as $c) { $n = $a . $b . $c; } } }";
    expect(failure(`<?php $r = range(1, 1000); ${loops} return $n;`)).toContain("too much work");
  });

  test.each([
    "while (true) {}",
    "for (;;) { $a = 1; }",
    "do { $a = 1; } while (true);",
    "for ($i = 0; ; $i++) { switch (1) { case 1: continue 2; } }",
    "while (true) { try { throw new Exception; } catch (Exception) { continue; } finally { $a = 1; } }",
    "$a = [1]; foreach ($a as &$v) { $a[] = 1; }",
    "function f() { while (true) { try { return 1; } finally { continue; } } } f();",
    "while (true) { vault(); }",
    "while (true) { $a = vault(); }",
    "while (true) { $a['x'] = ['y' => vault()]; }",
    "for (;;) { if (1) { $s = ($s ?? 'x') . 'x'; } }",
  ])("%s uses up the work that a file may do", (statements) => {
    expect(failure(`<?php ${statements} return 1;`)).toContain("too much work");
  });

  test.each([
    "function f() { return f(); } f();",
    "function f($x = f()) {} f();",
    "$f = function () use (&$f) { return $f(); }; $f();",
    "function f($n) { try { return f($n + 1); } catch (Throwable $t) { return f($n); } } f(1);",
    "class A { const X = self::X; } A::X;",
    "class A extends B { const Y = A::Z; } class B extends A { const Z = B::Y; } A::Z;",
  ])("%s is nested too deeply", (statements) => {
    expect(failure(`<?php ${statements} return 1;`)).toMatch(/nested too deeply|too much work/);
  });

  test("a limit is no exception that a file may catch, and not only an error of the entry that it is in", () => {
    const bomb = "str_repeat('a', 1000000000)";
    expect(failure(`<?php try { ${bomb}; } catch (Throwable) {} return 1;`)).toContain("a string is longer");
    expect(failure(`<?php $x = ['a' => ${bomb}]; return 1;`)).toContain("a string is longer");
  });

  test("a pattern with many stars takes linear time", () => {
    endsWell("<?php return Str::is(str_repeat('*a', 5000), str_repeat('a', 100000));");
  });

  test("a file of more than 256 KB is not even parsed", () => {
    expect(failure(`<?php return '${"x".repeat(300_000)}';`)).toContain(
      "the file is larger than 262144 bytes",
    );
  });
});
