import { describe, expect, test } from "bun:test";
import { evaluatePhpFile } from "../../../src/php/evaluate-php-file.ts";
import { PhpConfigError } from "../../../src/php/php-config-error.ts";
import { PhpArray } from "../../../src/php/php-value.ts";
import { nodeAt } from "../../../src/config/sources/config-node.ts";
import { Environment } from "../../../src/config/sources/environment.ts";
import { readPhpNode } from "../../../src/config/sources/php-node.ts";
import { failure, filesOf, run } from "./evaluate-snippet.ts";

// What PHP makes of them is compared in test/laravel/programs.

test("a change is seen through every variable that holds the collection", () => {
  expect(run("$c = collect(['a']); $d = $c; $d->push('b'); $d[] = 'c'; return $c->all();")).toEqual([
    "a",
    "b",
    "c",
  ]);
});

describe("a change that cannot be evaluated makes the collection unknown, wherever it is read", () => {
  test.each([
    ["$c->push(vault());"],
    ["$d = $c; $d->push(vault());"],
    ["$x = $c->push(vault());"],
    ["$x = ['k' => $c->push(vault())];"],
    ["collect([1])->each(fn ($x) => $c->push(vault()));"],
    ["function ad($k) { return $k->push(vault()); } $x = ad($c);"],
    ["foreach ([1, 2] as $x) { $c->put($x, vault()); }"],
    ["$c->frobnicate();"],
    ["$x = ['k' => $c]; $c->push('b');"],
  ])("%s", (statements) => {
    const value = evaluatePhpFile(
      `<?php $c = collect(['a']); ${statements} return ['known' => 1, 'c' => $c->all()];`,
      {
        file: "config/reverb.php",
        basePath: "/srv/app",
        env: () => undefined,
      },
    );
    if (!(value instanceof PhpArray)) throw new Error("expected an array");
    expect(value.get("known")).toBe(1n);
    expect(() => value.entry("c")?.value).toThrow(PhpConfigError);
  });

  test("also inside of an array that is part of the result", () => {
    const statements =
      "$c = collect(['a']); $x = ['c' => $c, 'd' => 1]; $c->push('b'); return ['x' => $x, 'y' => 2];";
    const place = { file: "config/reverb.php", directory: "/srv/app", files: filesOf({}) };
    const node = readPhpNode(`<?php ${statements}`, { ...place, environment: new Environment({}) });
    expect(nodeAt(node, "y")).toMatchObject({ value: 2 });
    expect(nodeAt(node, "x.d")).toMatchObject({ value: 1 });
    const c = nodeAt(node, "x.c");
    expect(c?.kind === "leaf" && c.error?.message).toContain("changing a collection that is inside an array");
  });

  test("and no other one that was changed before", () => {
    expect(run("$c = collect(['a']); $d = collect([]); $d->push(1); $c->push(vault()); return $d->all();"))
      .toEqual([1n]);
  });
});

describe("a collection does not grow without a bound", () => {
  test.each([
    [
      "by holding another one twice",
      "$a = collect([1]); for ($i = 0; $i < 40; $i++) $a = collect([$a, $a]); return $a->all();",
    ],
    ["by pushing", "$a = collect([]); for ($i = 0; $i < 100000; $i++) $a->push('x'); return $a->all();"],
    ["by []", "$a = collect([]); for ($i = 0; $i < 100000; $i++) $a[] = 'x'; return $a->all();"],
    [
      "by mapping",
      "$a = collect(range(1, 1000)); for ($i = 0; $i < 100000; $i++) $a = $a->map(fn ($x) => $x); return $a->all();",
    ],
    ["in many places", "$a = collect(range(1, 90000)); for ($i = 0; $i < 1000; $i++) $b[] = $a; return $b;"],
  ])("%s", (_, statements) => {
    expect(failure(`<?php ${statements}`)).toMatch(/too much work|more than 100000 entries/);
  });

  test("nor inside itself", () => {
    expect(failure("<?php $a = collect([1]); return $a->push($a);")).toContain(
      "inside an array is not supported",
    );
  });
});

test("a method with more arguments than are known here is refused, and no error of PHP's", () => {
  expect(failure("<?php return collect([1])->sum('a', 'b');")).toContain(
    "sum() with 2 arguments is not supported",
  );
});
