import { describe, expect, test } from "bun:test";
import { php } from "../evaluate-snippet.ts";

describe("env() converts as Laravel does", () => {
  test.each([
    ["true", true],
    ["(TRUE)", true],
    ["False", false],
    ["(false)", false],
    ["null", null],
    ["(null)", null],
    ["empty", ""],
    ["(empty)", ""],
    ['"quoted"', "quoted"],
    ["'quoted'", "quoted"],
    ["\"mixed'", "\"mixed'"],
    ["8080", "8080"],
    ["", ""],
  ])("%p", (raw, value) => {
    expect(php("env('X', 'default')", { X: raw })).toBe(value);
    expect(php("\\Illuminate\\Support\\Env::get('X')", { X: raw })).toBe(value);
    expect(php("[getenv('X'), $_ENV['X'], $_SERVER['X']]", { X: raw })).toEqual([raw, raw, raw]);
  });

  test("and falls back to the default, a closure included", () => {
    expect(
      php("[env('NOPE'), env('NOPE', 5), env('NOPE', fn () => 'made'), env('A' . 'B')]", { AB: "dynamic" }),
    )
      .toEqual([null, 5n, "made", "dynamic"]);
    expect(php("[getenv('NOPE'), $_ENV['NOPE'] ?? 'd', isset($_SERVER['NOPE'])]")).toEqual([
      false,
      "d",
      false,
    ]);
  });
});

test("paths begin in the application's folder", () => {
  expect(
    php("[base_path(), base_path('a'), config_path('/x.php'), app_path(), public_path('p'), lang_path()]"),
  ).toEqual(
    ["/srv/app", "/srv/app/a", "/srv/app/config/x.php", "/srv/app/app", "/srv/app/public/p", "/srv/app/lang"],
  );
  expect(php("[database_path('d.sqlite'), resource_path(), storage_path('certs/a.pem')]")).toEqual(
    ["/srv/app/database/d.sqlite", "/srv/app/resources", "/srv/app/storage/certs/a.pem"],
  );
  expect(php("[dirname('/a/b/c', 2), basename('/a/x.php', '.php'), realpath(__DIR__ . '/..')]")).toEqual(
    ["/a", "x", "/srv/app"],
  );
});

test("the application knows its environment", () => {
  expect(php("[App::environment(), App::isProduction(), app()->isLocal()]")).toEqual([
    "production",
    true,
    false,
  ]);
  expect(php("[app()->environment('loc*', 'x'), App::environment(['a', 'local'])]", { APP_ENV: "local" }))
    .toEqual([true, true]);
});

describe("Str", () => {
  test.each([
    ["Str::slug('My App Name', '_') . '_database_'", "my_app_name_database_"],
    ["Str::slug('Ünïcode & Größe @ home')", "unicode-grosse-at-home"],
    ["Str::slug('a_b c--d')", "a-b-c-d"],
    ["Str::snake('fooBar Baz')", "foo_bar_baz"],
    ["Str::kebab('fooBar')", "foo-bar"],
    ["Str::studly('foo_bar-baz qux')", "FooBarBazQux"],
    ["Str::camel('Foo_bar')", "fooBar"],
    ["Str::title('hello wORLD')", "Hello World"],
    ["Str::upper('äb')", "ÄB"],
    ["Str::start('//a', '/')", "/a"],
    ["Str::finish('a//', '/')", "a/"],
    ["Str::before('a.b.c', '.')", "a"],
    ["Str::after('a.b.c', '.')", "b.c"],
    ["Str::beforeLast('a.b.c', '.')", "a.b"],
    ["Str::afterLast('a.b.c', '.')", "c"],
    ["Str::contains('abc', ['x', 'b'])", true],
    ["Str::startsWith('abc', ['x', 'a'])", true],
    ["Str::endsWith('abc', '')", false],
    ["Str::is('*.example.com', 'a.example.com')", true],
    ["Str::is(['x', 'a*c'], 'abd')", false],
    ["Str::replace(['a', 'b'], ['1', '2'], 'abc')", "12c"],
    ["Str::limit('hello world', 5)", "hello..."],
    ['Str::squish("  a \\n b ")', "a b"],
  ])("%s", (expression, value) => expect(php(expression)).toBe(value));
});

describe("Arr and data_get()", () => {
  test.each([
    ["Arr::get(['a' => ['b' => 1]], 'a.b')", 1n],
    ["Arr::get([], 'x', fn () => 5)", 5n],
    ["data_get(['a' => [7]], 'a.0')", 7n],
    ["Arr::has(['a' => ['b' => null]], ['a.b', 'a'])", true],
    ["Arr::dot(['a' => ['b' => 1, 'c' => []]])", { "a.b": 1n, "a.c": [] }],
    ["Arr::undot(['a.b' => 1, 'a.c' => 2])", { a: { b: 1n, c: 2n } }],
    ["Arr::only(['a' => 1, 'b' => 2], ['a'])", { a: 1n }],
    ["Arr::except(['a' => 1, 'b' => 2], 'a')", { b: 2n }],
    ["Arr::wrap('a')", ["a"]],
    ["Arr::flatten([1, [2, [3]]])", [1n, 2n, 3n]],
    ["Arr::first([1, 2, 3], fn ($v) => $v > 1)", 2n],
    ["Arr::last([1, 2, 3])", 3n],
    ["Arr::where(['a' => 1, 'b' => 2], fn ($v, $k) => $k === 'b')", { b: 2n }],
    ["Arr::pluck([['k' => 'x', 'v' => 1]], 'v', 'k')", { x: 1n }],
    ["Arr::add(['a' => 1], 'b.c', 2)", { a: 1n, b: { c: 2n } }],
    ["Arr::join(['a', 'b', 'c'], ', ', ' and ')", "a, b and c"],
  ])("%s", (expression, value) => expect(php(expression)).toEqual(value));
});

test("a collection can be chained and ends as an array", () => {
  const chain =
    "collect(explode(',', env('O')))->map(fn ($o) => trim($o))->filter()->unique()->values()->all()";
  expect(php(chain, { O: "a, b,,a" })).toEqual(["a", "b"]);
  expect(php("collect(['a' => 1])->merge(['b' => 2])->reject(fn ($v) => $v === 1)->toArray()")).toEqual({
    b: 2n,
  });
  expect(php("collect(['x'])->push('y')->mapWithKeys(fn ($v, $k) => [$v => $k])->keys()->implode('+')")).toBe(
    "x+y",
  );
  expect(php("array_merge(['z'], [...collect([1, 2])])")).toEqual(["z", 1n, 2n]);
});
