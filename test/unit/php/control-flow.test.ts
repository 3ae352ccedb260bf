import { describe, expect, test } from "bun:test";
import { run } from "./evaluate-snippet.ts";

/** Statements with what PHP 8.2 gives for them. */
type Program = readonly [statements: string, value: unknown];

const loops: readonly Program[] = [
  [
    "$i = 0; while ($i < 5) { $i++; if ($i == 2) continue; if ($i == 4) break; $r[] = $i; } return $r;",
    [1n, 3n],
  ],
  ["for ($i = 0, $j = 9; $i < $j; $i += 3, $j--) { $r[] = [$i, $j]; } return $r;", [[0n, 9n], [3n, 8n], [
    6n,
    7n,
  ]]],
  ["for (;;) { if (++$z >= 4) break; } return $z;", 4n],
  ["do { $x = ($x ?? 0) + 1; } while ($x < 3); return $x;", 3n],
  [
    'foreach ([1, 2, 3] as $a) { foreach ([1, 2, 3] as $b) { if ($b == 2) continue 2; if ($a == 3) break 2; $r[] = "$a$b"; } } return $r;',
    ["11", "21"],
  ],
  ["foreach (null ?? [] as $x) {} foreach (5 as $x) {} return 'warned';", "warned"],
  ["foreach ([1, 2] as $v): $w = $v; endforeach; while (0): endwhile; for (;0;): endfor; return $w;", 2n],
];

const switches: readonly Program[] = [
  [
    "switch ('2') { case 1: return 'one'; case 2: $x = 'two'; case 3: $x .= 'three'; break; default: $x = 'd'; } return $x;",
    "twothree",
  ],
  ["switch (5) { default: $x = 'd'; break; case 1: $x = 1; } return $x;", "d"],
  ["foreach ([1, 2] as $v) { switch ($v) { case 1: continue 2; } $r[] = $v; } return $r;", [2n]],
  ["foreach ([1, 2] as $v) { switch ($v) { case 1: continue; } $r[] = $v; } return $r;", [1n, 2n]],
];

const patterns: readonly Program[] = [
  [
    "[$a, [$b, , $c]] = [1, [2, 3, 4]]; ['x' => $d, 'y' => ['z' => $e]] = ['x' => 5, 'y' => ['z' => 6]]; return [$a, $b, $c, $d, $e];",
    [1n, 2n, 4n, 5n, 6n],
  ],
  ["[$a, $b] = [1, 2]; [$a, $b] = [$b, $a]; return [$a, $b];", [2n, 1n]],
  ["list('a' => $x, 'b' => $y) = ['a' => 1]; [$p] = 'abc'; [$q] = null; return [$x, $y, $p, $q];", [
    1n,
    null,
    null,
    null,
  ]],
  ["[$a['x'], $a['y'][]] = [1, 2]; return $a;", { x: 1n, y: [2n] }],
  ["foreach ([[1, 2], [3, 4]] as [$a, $b]) { $r[] = $a * $b; } return $r;", [2n, 12n]],
  ["foreach (['k' => ['n' => 1]] as $k => ['n' => $n]) { $r[$k] = $n; } return $r;", { k: 1n }],
];

const references: readonly Program[] = [
  ["$a = 1; $b = &$a; $b++; return [$a, $b];", [2n, 2n]],
  ["$a = [1, 2, 3]; foreach ($a as &$v) { $v *= 2; } unset($v); $v = 0; return $a;", [2n, 4n, 6n]],
  ["$a = [1, 2]; foreach ($a as &$v) {} $v = 'last'; return $a;", [1n, "last"]],
  ["$a = [1]; foreach ($a as $k => &$v) { if ($k == 0) $a[] = 9; $v++; } return $a;", [2n, 10n]],
  [
    "$c = ['x' => [['n' => 1]]]; foreach ($c['x'] as &$row) { $row['m'] = 5; foreach ($row as &$cell) { $cell++; } } return $c;",
    { x: [{ n: 2n, m: 6n }] },
  ],
  ["$sum = 0; array_map(function ($v) use (&$sum) { $sum += $v; }, [1, 2, 3]); return $sum;", 6n],
  [
    "function add(array &$list, $v) { $list[] = $v; } $l = [1]; add($l, 2); $x = ['d' => []]; add($x['d'], 9); return [$l, $x];",
    [[1n, 2n], { d: [9n] }],
  ],
  ["$f = function ($n) use (&$f) { return $n < 2 ? $n : $f($n - 1) + $f($n - 2); }; return $f(10);", 55n],
];

const declarations: readonly Program[] = [
  ["return twice(3); function twice(int $n) { return $n * 2; }", 6n],
  [
    "if (! function_exists('shout')) { function shout($v) { return strtoupper($v); } } return shout('a');",
    "A",
  ],
  ["function counter() { static $n = 10; return ++$n; } counter(); return counter();", 12n],
  ["function counter() { static $n; return ++$n; } counter(); return counter();", 2n],
  ["function () { return 1; }; return 2;", 2n],
  [
    "function t(?int $x = null, string|int $y = 5, float $z = 1): array { return [$x, $y, $z]; } return [t('5', 'q'), t(y: 'q', z: 2)];",
    [[5n, "q", 1], [null, "q", 2]],
  ],
  ["function conv(string $x): int { return $x; } return conv(12.0);", 12n],
  ["function all() { return [func_get_args(), func_num_args()]; } return all(1, 2);", [[1n, 2n], 2n]],
  [
    "const FOO = 5; define('BAR', FOO * 2); return [FOO, BAR, defined('BAR'), defined('NO'), constant('BAR')];",
    [5n, 10n, true, false, 10n],
  ],
  [
    "class Conf { const A = 'a'; const B = self::A . 'b'; } class Sub extends Conf { const C = parent::B; } return [Conf::B, Sub::A, Conf::class];",
    ["ab", "a", "Conf"],
  ],
  [
    "enum Suit: string { case Hearts = 'h'; case Spades = 's'; const Wild = self::Spades; } return [Suit::Hearts->value, Suit::Wild->name, Suit::Wild === Suit::Spades];",
    ["h", "Spades", true],
  ],
  ["interface HasX { const X = 3; } class Y implements HasX {} return Y::X;", 3n],
  ["extract(['p' => 1, 'q' => [2]]); return compact('p', 'q');", { p: 1n, q: [2n] }],
];

const exceptions: readonly Program[] = [
  [
    "try { throw new RuntimeException('boom', 3); } catch (LogicException) { return 'l'; } catch (TypeError | RuntimeException $e) { return [$e->getMessage(), $e->getCode()]; }",
    ["boom", 3n],
  ],
  ["try { return intdiv(1, 0); } catch (ArithmeticError) { return 'div'; }", "div"],
  [
    "try { json_decode('{', true, 512, JSON_THROW_ON_ERROR); } catch (JsonException $e) { return $e->getMessage(); }",
    "Syntax error",
  ],
  ["try { (fn (int $x) => $x)('abc'); } catch (TypeError) { return 'type'; }", "type"],
  ["try { match (5) { 1 => 2 }; } catch (Error) { return 'match'; }", "match"],
  [
    "try { try { throw new Exception('a'); } catch (Exception $e) { throw new LogicException('b', 0, $e); } } catch (Throwable $t) { return [$t->getMessage(), $t->getPrevious()->getMessage()]; }",
    ["b", "a"],
  ],
  ["function f() { try { return 1; } finally { return 2; } } return f();", 2n],
  [
    "function f() { foreach ([1, 2] as $v) { try { continue; } finally { $r[] = $v; } } return $r; } return f();",
    [1n, 2n],
  ],
  [
    "try { try { throw new Exception('a'); } finally { $x = 'ran'; } } catch (Exception) { return $x; }",
    "ran",
  ],
  ["$x = null; return [$x?->foo, $x?->bar()];", [null, null]],
  ["return new RuntimeException('x') instanceof Exception;", true],
];

describe.each([
  ["loops", loops],
  ["switch", switches],
  ["taking arrays apart", patterns],
  ["references", references],
  ["declarations", declarations],
  ["exceptions", exceptions],
])("%s", (_, programs) => {
  test.each(programs)("%s", (statements, value) => expect(run(statements)).toEqual(value as never));
});
