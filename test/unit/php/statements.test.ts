import { describe, expect, test } from "bun:test";
import { php, run } from "./evaluate-snippet.ts";

describe("variables", () => {
  test("are assigned in all ways, also deep inside an array", () => {
    expect(run("$x = 5; $x **= 2; $x %= 7; $x .= 'a'; $y ??= $x; $y ??= 1; return [$x, $y];")).toEqual([
      "4a",
      "4a",
    ]);
    expect(
      run(
        "$a['x']['y'][] = 1; $a['x']['y'][] = 2; $a['x']['z'] ??= 3; $a['n'] = ($a['n'] ?? 0) + 1; return $a;",
      ),
    )
      .toEqual({ x: { y: [1n, 2n], z: 3n }, n: 1n });
  });

  test("hold copies of arrays", () => {
    expect(run("$a = [1]; $b = $a; $b[] = 2; return [$a, $b];")).toEqual([[1n], [1n, 2n]]);
  });

  test("count up and down", () => {
    expect(run("$i = 0; $i++; ++$i; $i--; $j = $i++ + ++$i; return [$i, $j];")).toEqual([3n, 4n]);
  });

  test("can be unset, which leaves the next index alone", () => {
    expect(run("$a = [1, 2, 3]; unset($a[2]); $a[] = 9; return $a;")).toEqual({ 0: 1n, 1: 2n, 3: 9n });
  });

  test("that are missing, and missing keys, are null", () => {
    expect(
      run(
        "$a = ['n' => null]; return [$u, $a['x'], $a['x']['y'], $a['n'] ?? 'd', isset($a['n']), empty($a['x'])];",
      ),
    )
      .toEqual([null, null, null, "d", false, true]);
  });
});

describe("control flow", () => {
  test("if, elseif, else, in both syntaxes", () => {
    expect(run("if (false) { return 1; } elseif (true) return 2; else { return 3; }")).toBe(2n);
    expect(run("if (0): return 1; else: return 5; endif;")).toBe(5n);
  });

  test("foreach with key, continue and break", () => {
    expect(
      run(
        "foreach ([1, 2, 3, 4] as $k => $v) { if ($v === 2) continue; if ($v === 4) break; $r[$k] = $v; } return $r;",
      ),
    )
      .toEqual({ 0: 1n, 2: 3n });
  });

  test("match takes the first arm that is identical", () => {
    expect(php("match (true) { 1 > 2 => 'a', default => 'd', '1' === '1' => 'b' }")).toBe("b");
    expect(php("match ('5') { 5 => 'int', '4', '5' => 'text' }")).toBe("text");
  });
});

describe("functions written in the file", () => {
  test("capture by value", () => {
    expect(
      run("$a = 1; $f = fn () => $a; $g = function () use ($a) { return $a; }; $a = 2; return [$f(), $g()];"),
    )
      .toEqual([1n, 1n]);
    expect(run("$a = 1; $f = static function () { return $a ?? 'unseen'; }; return $f();")).toBe("unseen");
  });

  test("have defaults, take the rest and return null without return", () => {
    expect(php("(fn (int $a, ?string $b = null, ...$c) => [$a, $b, $c])(1, 'x', 2, 3)")).toEqual([1n, "x", [
      2n,
      3n,
    ]]);
    expect(php("(function () {})()")).toBeNull();
    expect(php("(fn ($x) => fn ($y) => $x + $y)(1)(2)")).toBe(3n);
  });

  test("and callables of every other kind can be called back", () => {
    expect(php("array_map('trim', [' a '])")).toEqual(["a"]);
    expect(php("array_map(trim(...), [' a '])")).toEqual(["a"]);
    expect(php("array_map('Str::upper', ['k' => 'a'])")).toEqual({ k: "A" });
    expect(php("array_map([\\Illuminate\\Support\\Str::class, 'upper'], ['a'])")).toEqual(["A"]);
    expect(run("$f = 'strtoupper'; return $f('a');")).toBe("A");
  });
});

test("arguments are given by name, by place and by spread", () => {
  expect(php("str_pad(string: 'a', length: 3, pad_type: STR_PAD_LEFT)")).toBe("  a");
  expect(php("env('NOPE', default: 7)")).toBe(7n);
  expect(php("max(...[1, 5, 3])")).toBe(5n);
  expect(php("trim(...['string' => 'xax', 'characters' => 'x'])")).toBe("a");
});
