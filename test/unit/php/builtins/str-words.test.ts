import { describe, expect, test } from "bun:test";
import { failure, php } from "../evaluate-snippet.ts";

/** The method's result for a text in a variable of `.env`. */
function ofName(expression: string, name: string): unknown {
  return php(expression, { NAME: name });
}

/** What Laravel 12.72 on PHP 8.2 gives; Laravel 9 to 13 give the same. */
const SLUGS: readonly (readonly [name: string, slug: string])[] = [
  ["Laravel", "laravel"],
  ["My App Name", "my-app-name"],
  ["Магазин", "magazin"],
  ["Ёлка съезд ы Юля", "elka-sieezd-y-iulia"],
  ["Ελλάδα", "ellada"],
  ["Ευρώ οικονομία", "efrw-oikonomia"],
  ["متجر", "mtgr"],
  ["हिन्दी दुकान", "hanatha-thakana"],
  ["বাংলাদেশ", "banglades"],
  ["საქართველო", "saqartvelo"],
  ["Հայաստան", "hayastan"],
  ["Łódź Zażółć", "lodz-zazolc"],
  ["Größe & Co. – Über", "grosse-co-uber"],
  ["İstanbul ılık", "istanbul-ilik"],
  ["Đặng Þór Œuvre", "dang-thor-oeuvre"],
  ["cafe\u0301", "cafe"],
  ["50 € 3 £ 2 ¥", "50-eur-3-ps-2-yen"],
  ["a\u00a0b\u2003c", "a-b-c"],
  ["a_b c--d", "a-b-c-d"],
  ["me@home", "me-at-home"],
  ["日本語", ""],
  ["한국어", ""],
  ["🚀 rocket", "rocket"],
];

describe("Str::slug() transliterates as Laravel does", () => {
  test.each(SLUGS)("%s", (name, slug) => expect(ofName("Str::slug(env('NAME'))", name)).toBe(slug));

  test("with another separator, which counts by its characters", () => {
    expect(ofName("Str::slug(env('NAME'), '_').'_cache_'", "Мой Магазин-2")).toBe("moi_magazin_2_cache_");
    expect(ofName("Str::slug(env('NAME'), '')", "Größe & Co.")).toBe("grosseco");
    expect(ofName("Str::slug(env('NAME'), '+.')", "a.b +c d.")).toBe("a+.b+.c+.d");
  });

  test("and does not where the call says so", () => {
    expect(ofName("Str::slug(env('NAME'), '-', null)", "Größe & Магазин")).toBe("größe-магазин");
  });
});

describe("what depends on a version that is not known here is refused by name", () => {
  test.each([
    // A sequence of four characters, which version 2.0 of voku/portable-ascii does not know.
    ["slug", "হাঙ্গেরি", 'Str::slug() makes "hangeri" or "hangoeri" of this text'],
    ["slug", "မြန်မာ ဆိုင်", 'Str::slug() makes "myanma-saaing" or "myanma-saoin" of this text'],
    ["camel", "über uns", 'Str::camel() of a text that begins with "Ü" depends on the version of Laravel'],
    ["lower", "ΟΔΟΣ", 'a word that ends in "Σ" depends on the version of PHP'],
    ["snake", "Α ΟΔΟΣ", 'a word that ends in "Σ" depends on the version of PHP'],
    ["title", "ﬁne", '"ﬁ" at the beginning of a word is not supported'],
    ["limit", "日本語", "Str::limit() of characters that take two columns is not supported"],
  ])("%s of %s", (method, name, reason) => {
    const call = `Str::${method}('${name}'${method === "limit" ? ", 4" : ""})`;
    expect(failure(`<?php\nreturn [\n'prefix' => ${call}];`)).toStartWith(
      `config/reverb.php:3: ${reason}`,
    );
  });

  test("and a language that is not English", () => {
    expect(failure("<?php return Str::slug('Größe', '-', 'de');")).toEndWith(
      'Str::slug() for the language "de" is not supported',
    );
  });

  test("but not where a variable takes its place", () => {
    const prefix = "env('CACHE_PREFIX', Str::slug(env('NAME')).'-cache-')";
    expect(php(prefix, { NAME: "হাঙ্গেরি", CACHE_PREFIX: "shop-" })).toBe("shop-");
    expect(php("Env::get('A', default: config('app.name'))", { A: "b" })).toBe("b");
    expect(failure("<?php return env('A', config('app.name'));")).toContain('config("app") is not known');
  });
});

describe("the neighbours of Str::slug()", () => {
  test.each([
    ["Str::snake(env('NAME'))", "Южна Корея fooBar", "южнакорея_foo_bar"],
    ["Str::kebab(env('NAME'))", "Öl fooBar", "öl-foo-bar"],
    ["Str::studly(env('NAME'))", "über uns_mehr", "ÜberUnsMehr"],
    ["Str::camel(env('NAME'))", "Foo_über", "fooÜber"],
    ["Str::title(env('NAME'))", "o’neil 1st a.b საქართველო İran", "O’neil 1St A.b საქართველო İran"],
    ["Str::squish(env('NAME'))", "\u200c a\u00a0 b\u200d", "a b"],
    ["Str::trim(env('NAME'))", "\u2060x\u3164", "x"],
    ["Str::limit(env('NAME'), 5)", "Größe\u00a0und", "Größe..."],
    ["Str::limit(env('NAME'), 6)", "日本語", "日本語"],
    ["Str::lower(env('NAME'))", "ΣΟΦΙΑ İ", "σοφια i\u0307"],
  ])("%s of %s", (expression, name, value) => expect(ofName(expression, name)).toBe(value));
});
