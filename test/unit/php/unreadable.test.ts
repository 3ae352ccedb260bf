import { describe, expect, test } from "bun:test";
import { evaluatePhpFile } from "../../../src/php/evaluate-php-file.ts";
import { PhpConfigError } from "../../../src/php/php-config-error.ts";
import { PhpArray, type PhpValue } from "../../../src/php/php-value.ts";
import { failure } from "./evaluate-snippet.ts";

const warnings: string[] = [];

/** Each entry of the array that statements return: its value, or the error that reading it gives. */
function entries(statements: string): Readonly<Record<string, unknown>> {
  warnings.length = 0;
  const value = evaluatePhpFile(`<?php\n${statements}`, {
    file: "config/database.php",
    basePath: "/srv/app",
    env: () => undefined,
    warn: (message) => warnings.push(message),
  });
  if (!(value instanceof PhpArray)) throw new Error("expected an array");
  return Object.fromEntries([...value.entries()].map(([key, entry]) => [key, read(() => entry.value)]));
}

function read(value: () => PhpValue): unknown {
  try {
    return value();
  } catch (error) {
    if (error instanceof PhpConfigError) return error.message;
    throw error;
  }
}

const refused = (line: number, what = 'call to "vault()"'): string =>
  `config/database.php:${line}: ${what} is not supported`;

describe("an entry that cannot be evaluated is an error only for code that reads it", () => {
  test("beside entries that can", () => {
    expect(entries("return [\n'a' => 1,\n'b' => 'x' . vault(),\n'c' => [1, vault()][0],\n];")).toEqual({
      a: 1n,
      b: refused(4),
      c: 1n,
    });
  });

  test("inside arrays, which are copied and merged unread", () => {
    const value =
      "$a = ['p' => vault(), 'q' => 1]; return array_merge(['r' => 2] + $a, ['s' => $a['q']], [...$a]);";
    expect(entries(value)).toEqual({ r: 2n, p: refused(2), q: 1n, s: 1n });
  });

  test("but a function that reads all entries has no result", () => {
    expect(entries("$a = ['p' => vault(), 'q' => 1];\nreturn ['x' => array_filter($a), 'y' => $a['q']];"))
      .toEqual({
        x: refused(2),
        y: 1n,
      });
  });

  test("and a key, or what is spread, decides about the whole array", () => {
    expect(failure("<?php return [vault() => 1];")).toBe(
      `config/reverb.php:1: call to "vault()" is not supported`,
    );
    expect(failure("<?php return [...vault()];")).toBe(
      `config/reverb.php:1: call to "vault()" is not supported`,
    );
  });
});

describe("a statement that cannot be run makes unknown what it would have written, and nothing else", () => {
  test.each([
    ["a variable", "$p = trim(vault());", ["p"]],
    ["one place in an array", "$q['x'] = 1; $q['p'] = vault();", []],
    ["variables of both branches", "if (vault()) { $p = 1; } else { $q['x'] = 2; }", ["p", "q"]],
    ["variables of a loop", "foreach (vault() as $p) { $q['x'] = $p; }", ["p", "q"]],
    ["variables of a loop that cannot be left", "while (true) { if (vault()) break; $p = 1; }", ["p"]],
    ["what is taken apart", "[$p, 'k' => [$q]] = vault();", ["p", "q"]],
    ["what a function is given to write", "exec('ls', $p);", ["p"]],
    ["what a call is given whose value is not used", "vault($p);", ["p"]],
    ["not the arguments of a call whose value is used", "$x = vault($p);", []],
    ["what a closure writes", "array_map(function ($v) use (&$p) { $p = $v; }, vault());", ["p"]],
    ["all of a try", "try { $p = vault(); } catch (Exception) { $q = 1; } finally { $x = 1; }", ["p", "q"]],
    ["what is unset", "unset($p, $q[vault()]);", ["p", "q"]],
    ["the static variable", "static $p = vault();", ["p"]],
    ["a variable that depends on another one", "$r = vault(); $p = $r . 'x';", ["p"]],
  ])("%s: %s", (_, statement, unknown) => {
    const read = entries(
      `$p = 'p'; $q = ['x' => 'q']; ${statement} return ['p' => $p, 'q' => $q['x'], 'z' => 1];`,
    );
    for (const name of ["p", "q"]) {
      if (unknown.includes(name)) {
        expect(read[name]).toMatch(/^config\/database\.php:2: call to "\w+\(\)" is not supp/);
      } else expect(read[name]).toBe(name === "q" && statement.startsWith("$q['x'] = 1") ? 1n : name);
    }
    expect(read["z"]).toBe(1n);
  });

  test("a new value makes a variable known again", () => {
    expect(entries("$p = vault(); $p = 5; return ['p' => $p];")).toEqual({ p: 5n });
  });

  test("a place that is unknown stays in its array", () => {
    expect(
      entries("$a['x']['p'] = vault(); $a['x']['q'] = 1; return ['p' => $a['x']['p'], 'q' => $a['x']['q']];"),
    )
      .toEqual({ p: refused(2), q: 1n });
  });

  test("inside a function as well", () => {
    const file = "function f() { $p = vault(); return ['q' => 1, 'p' => $p]; } return f();";
    expect(entries(file)).toEqual({ q: 1n, p: refused(2) });
  });

  test("a call that was left out is told", () => {
    expect(entries("\nSentry\\init(['dsn' => 1]);\nreturn ['a' => 1];")).toEqual({ a: 1n });
    expect(warnings).toEqual([
      'config/database.php:3: call to "Sentry\\init()" is not supported, and the statement is left out',
    ]);
  });
});

describe("the whole file is refused where the rest depends on it in ways that are not known", () => {
  test.each([
    "if (vault()) { return ['a' => 1]; }",
    "foreach ([1] as $x) { if (vault()) continue; $y = 1; } if (vault()) return [];",
    "define('A', vault());",
    "const A = vault();",
    "if (vault()) { function f() {} }",
    "eval('$x = 1;');",
    "extract(vault());",
    "Dotenv\\Dotenv::createImmutable(__DIR__)->load();",
    "try { return vault(); } catch (Exception) { return []; }",
  ])("%s", (statement) => {
    expect(failure(`<?php\n${statement}\nreturn ['z' => 1];`)).toMatch(
      /^config\/reverb\.php:2: .* is not supported; what the rest of the file does depends on it$/,
    );
  });

  test("an exit that is reached", () => {
    expect(failure("<?php if (true) { exit(1); } return [];")).toContain(
      "exit, which is reached, is not supported",
    );
    expect(entries("if (false) { exit(1); } return ['a' => 1];")).toEqual({ a: 1n });
  });
});

describe("a throw that is reached prints the developer's own text", () => {
  test.each<[statements: string, text: string, line: number]>([
    [
      "throw new RuntimeException('REVERB_APP_KEY fehlt: größer');",
      "RuntimeException: REVERB_APP_KEY fehlt: größer",
      2,
    ],
    [
      "return ['k' => null ?? throw new \\App\\MissingKey\\Exception('set KEY')];",
      "App\\MissingKey\\Exception: set KEY",
      2,
    ],
    [
      'function check($x) {\nif (! $x) throw new InvalidArgumentException(message: "no $x");\n}\ncheck(0);',
      "InvalidArgumentException: no 0",
      3,
    ],
    ["throw new LogicException;", "LogicException is thrown", 2],
  ])("%s", (statements, text, line) => {
    expect(failure(`<?php\n${statements}\nreturn [];`)).toBe(`config/reverb.php:${line}: ${text}`);
  });
});
