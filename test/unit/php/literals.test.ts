import { describe, expect, test } from "bun:test";
import { php, run } from "./evaluate-snippet.ts";

describe("numbers", () => {
  test.each([
    ["10_000", 10000n],
    ["0x1F", 31n],
    ["017", 15n],
    ["0o17", 15n],
    ["0b11", 3n],
    ["9223372036854775807", 9223372036854775807n],
    ["9223372036854775808", 9223372036854775808],
    ["1.5e3", 1500],
    [".5", 0.5],
    ["6.", 6],
  ])("%s", (literal, value) => expect(php(literal)).toBe(value));
});

describe("strings", () => {
  test.each([
    [String.raw`'a\'b\\c\n'`, String.raw`a'b\c\n`],
    [String.raw`'\\\\\''`, String.raw`\\'`],
    [String.raw`"\n\t\r\v\f\e\0\\\$\""`, '\n\t\r\v\f\x1b\0\\$"'],
    [String.raw`"\x41\101\u{1F600}\u{e9}"`, "AA😀é"],
    [String.raw`"\\\"a\\n"`, String.raw`\"a\n`],
    [String.raw`"\8 \q"`, String.raw`\8 \q`],
  ])("%s", (literal, value) => expect(php(literal)).toBe(value));
});

test("variables in strings", () => {
  const setup = "$a = ['b' => 'B', 3 => 'three', 'n' => ['m' => 'deep']]; $b = 'v';";
  expect(run(`${setup} return "$b {$b} \${b} $a[b] $a[3] {$a['n']['m']} \\$b \\{$b}";`)).toBe(
    "v v v B three deep $b \\{v}",
  );
});

test("a heredoc loses the indentation of its closing label", () => {
  expect(run('$b = 1; return <<<EOT\n    a $b\n      b\\t"c" \\"\n\n    {$b}\n    EOT;')).toBe(
    'a 1\n  b\t"c" \\"\n\n1',
  );
});

test("text after the closing label on its line is not part of it", () => {
  expect(run("return [<<<A\n  a\n   AB\n  A /* A */, <<<'B'\nB . 'x'];")).toEqual(["a\n AB", "x"]);
});

test("a nowdoc has no escapes and no variables", () => {
  expect(run("return <<<'EOT'\n    a $b\n      \\n\n    EOT . '!';")).toBe("a $b\n  \\n!");
});

test("arrays in both syntaxes, with keys as PHP sees them and spread", () => {
  expect(php("array(1, 'a' => array(2), )")).toEqual({ 0: 1n, a: [2n] });
  expect(php("['5' => 'a', 5.7 => 'b', true => 'c', null => 'd', '05' => 'e', 'f']")).toEqual(
    { 5: "b", 1: "c", "": "d", "05": "e", 6: "f" },
  );
  expect(php("[...[1, 2], ...['a' => 1], 3, ...['a' => 2]]")).toEqual({ 0: 1n, 1: 2n, a: 2n, 2: 3n });
});

test("class names follow namespace and use", () => {
  const source = String.raw`namespace Foo; use Bar\{Baz, Qux as Q}; use X\Y;
    return [Baz::class, Q::class, Y::class, Z::class, \G::class, namespace\H::class, Y\K::class];`;
  expect(run(source)).toEqual(
    ["Bar\\Baz", "Bar\\Qux", "X\\Y", "Foo\\Z", "G", "Foo\\H", "X\\Y\\K"],
  );
  expect(
    run("use function strlen as len; use const PHP_INT_SIZE as S; return [len('abc'), S, \\strlen('x')];"),
  )
    .toEqual([3n, 8n, 1n]);
});

test("constants of PHP", () => {
  expect(php("[PHP_EOL, DIRECTORY_SEPARATOR, PHP_OS_FAMILY, E_ALL, TRUE, Null]"))
    .toEqual(["\n", "/", "Linux", 32767n, true, null]);
  expect(php("[__DIR__, __FILE__, __LINE__]")).toEqual(["/srv/app/config", "/srv/app/config/reverb.php", 2n]);
  expect(php("STREAM_CRYPTO_METHOD_TLSv1_2_SERVER | STREAM_CRYPTO_METHOD_TLSv1_3_SERVER")).toBe(96n);
  expect(php("[\\PDO::MYSQL_ATTR_SSL_CA, \\Pdo\\Mysql::ATTR_SSL_CA]")).toEqual([1009n, 1009n]);
});
