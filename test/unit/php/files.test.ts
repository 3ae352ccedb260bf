import { describe, expect, test } from "bun:test";
import { evaluateFile, failure, php, run } from "./evaluate-snippet.ts";
import { PhpConfigError } from "../../../src/php/php-config-error.ts";

const disk = {
  "/srv/app/config/app.php":
    "<?php return ['name' => env('APP_NAME', 'Shop'), 'key' => vault(), 'list' => ['a' => null]];",
  "/srv/app/config/services.php": "<?php return ['x' => 1];",
  "/srv/app/config/extra/tls.php":
    "<?php $from = 'tls'; return ['cert' => __DIR__ . '/c.pem', 'line' => __LINE__, 'seen' => $mine ?? null];",
  "/srv/app/config/broken.php": "<?php return vault();",
  "/srv/app/storage/key.txt": "secret\nsecond\r\n\nlast",
  "/srv/app/app/Enums/Level.php":
    "<?php namespace App\\Enums; enum Level: string { case Low = 'low'; const TOP = self::Low; }",
  "/srv/app/app/Support/Limits.php":
    "<?php namespace App\\Support; use App\\Enums\\Level; final class Limits extends Base { const MAX = 10 * self::STEP; const STEP = 5; const L = Level::Low; }",
  "/srv/app/app/Support/Base.php": "<?php namespace App\\Support; abstract class Base { const ROOT = 'r'; }",
  "/srv/app/unreadable.txt": "x",
  "/run/secrets/db": "p4ss\n",
  "/etc/passwd": "root",
};

/** The message of the error of an expression. */
function refusal(expression: string): string {
  try {
    php(expression, {}, disk);
  } catch (error) {
    if (error instanceof PhpConfigError) return error.message;
    throw error;
  }
  throw new Error(`no error from ${expression}`);
}

describe("files of the application and of /run/secrets", () => {
  test.each([
    ["trim(file_get_contents('/run/secrets/db'))", "p4ss"],
    ["trim(file_get_contents('/var/run/secrets/db'))", "p4ss"],
    ["file_get_contents(storage_path('key.txt'), false, null, 2, 4)", "cret"],
    ["file(storage_path('key.txt'), FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES)", [
      "secret",
      "second",
      "last",
    ]],
    ["file(storage_path('key.txt'))", ["secret\n", "second\r\n", "\n", "last"]],
    ["[file_exists('storage'), is_dir('storage'), is_file('storage'), is_readable('storage/key.txt')]", [
      true,
      true,
      false,
      true,
    ]],
    ["[file_exists('nope'), is_file('/run/secrets/nope'), file_get_contents('nope'), realpath('nope')]", [
      false,
      false,
      false,
      false,
    ]],
    ["[is_readable('unreadable.txt'), file_get_contents('unreadable.txt')]", [false, false]],
    ["realpath(__DIR__ . '/../storage/./key.txt')", "/srv/app/storage/key.txt"],
  ])("%s", (expression, value) => expect(php(expression, {}, disk)).toEqual(value));

  test.each([
    "/etc/passwd",
    "../../etc/passwd",
    "/srv/app/../../etc/passwd",
    "/run/secrets/../../etc/passwd",
    "/srv/application",
    "/",
    "http://a.test/",
    "php://stdin",
    "phar://x",
    "/proc/self/environ",
    "/dev/zero",
  ])(
    "and no others: %s",
    (path) => {
      for (const name of ["file_get_contents", "file_exists", "is_file", "realpath", "file"]) {
        expect(refusal(`${name}('${path}')`)).toMatch(
          /, which is not in the application's folder or \/run\/secrets, is not supported$/,
        );
      }
      expect(refusal(`include '${path}'`)).toContain("is not supported");
    },
  );

  test("a folder has no text", () => {
    expect(refusal("file_get_contents('storage')")).toContain("which is no plain file");
  });
});

describe("require and include", () => {
  test("give the file's value, with the variables of the code that includes it", () => {
    expect(
      run("$mine = 5; $x = require __DIR__ . '/extra/tls.php'; return $x + ['from' => $from];", {}, disk),
    ).toEqual({
      cert: "/srv/app/config/extra/c.pem",
      line: 1n,
      seen: 5n,
      from: "tls",
    });
  });

  test("once, and of files that are missing", () => {
    expect(
      run(
        "$f = 'config/extra/tls.php'; return [(require_once $f)['line'], require_once $f, include 'nope.php'];",
        {},
        disk,
      ),
    )
      .toEqual([1n, true, false]);
    expect(failure("<?php return require 'nope.php';")).toBe(
      "config/reverb.php:1: the required file nope.php is missing",
    );
  });

  test("name the included file in errors", () => {
    expect(refusal("['a' => require 'config/broken.php']")).toBe(
      'config/broken.php:1: call to "vault()" is not supported',
    );
  });

  test("of itself ends", () => {
    const self = { "/srv/app/config/self.php": "<?php return require __FILE__;" };
    expect(() => php("require 'config/self.php'", {}, self)).toThrow(/nested too deeply|too much work/);
  });
});

describe("config()", () => {
  test("has the files that Laravel has read by then, those before this one by name", () => {
    expect(
      php(
        "[config('app.name'), config('app.list.a', 'd'), config('app.nope', 'd'), config('services.x', 'later')]",
        {},
        disk,
      ),
    )
      .toEqual(["Shop", null, "d", "later"]);
    expect(refusal("config('app.key')")).toBe('config/app.php:1: call to "vault()" is not supported');
  });

  test("counts the variables behind a value", () => {
    const value = evaluateFile("<?php return ['n' => config('app.name')];", { APP_NAME: "N" }, disk);
    expect(value).toMatchObject({ size: 1 });
  });

  test("of files that ask for each other ends", () => {
    const ring = {
      "/srv/app/config/a.php": "<?php return ['x' => config('b.y', 'none')];",
      "/srv/app/config/b.php": "<?php return ['y' => config('a.x')];",
    };
    expect(php("[config('a.x'), config('b.y')]", {}, ring)).toEqual(["none", "none"]);
  });

  test("is completed by the framework's own files, as since Laravel 11", () => {
    const both = {
      "/srv/app/config/cache.php": "<?php return ['stores' => ['mine' => 1], 'prefix' => 'p'];",
      "/srv/app/vendor/laravel/framework/config/cache.php":
        "<?php return ['stores' => ['array' => 2], 'default' => 'array', 'prefix' => 'q'];",
      "/srv/app/vendor/laravel/framework/config/session.php": "<?php return ['driver' => 's'];",
    };
    expect(php("[config('cache'), config('session.driver'), config('nope.x', 'd')]", {}, both)).toEqual([
      { stores: { array: 2n, mine: 1n }, default: "array", prefix: "p" },
      "s",
      "d",
    ]);
  });
});

test("constants and enums of the application's classes are found as Composer finds them", () => {
  const expression =
    "[\\App\\Enums\\Level::Low->value, \\App\\Support\\Limits::MAX, \\App\\Support\\Limits::ROOT, \\App\\Support\\Limits::L->name, " +
    "class_exists('App\\Support\\Limits'), class_exists('App\\Nope'), enum_exists(\\App\\Enums\\Level::class)]";
  expect(php(expression, {}, disk)).toEqual(["low", 50n, "r", "Low", true, false, true]);
  const mapped = {
    "/srv/app/composer.json": '{"autoload":{"psr-4":{"Shop\\\\":"src/"}}}',
    "/srv/app/src/A.php": "<?php namespace Shop; class A { const X = 1; }",
  };
  expect(php("\\Shop\\A::X", {}, mapped)).toBe(1n);
});

test.each([
  ["class_exists('Redis')", 'class_exists("Redis") is not known here'],
  ["extension_loaded('redis')", 'extension_loaded("redis") is not known here'],
  ["function_exists('opcache_get_status')", 'function_exists("opcache_get_status") is not known here'],
])("%s is refused, since only PHP knows", (expression, reason) => {
  expect(refusal(expression)).toContain(reason);
});
