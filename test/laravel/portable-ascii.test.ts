import { expect, test } from "bun:test";
import { join } from "node:path";
import { evaluatePhpFile } from "../../src/php/evaluate-php-file.ts";
import { PhpConfigError } from "../../src/php/php-config-error.ts";
import { PhpArray } from "../../src/php/php-value.ts";
import { skipWhen } from "../support/skip-when.ts";
import { fetchLaravel } from "./laravel-packages.ts";

const packages = fetchLaravel();
const skip = skipWhen(typeof packages === "string", `Str::slug() beside Laravel's own: ${String(packages)}`);

/** Languages of as many scripts as there are tables for, and some without one. */
const LANGUAGES =
  "am ar as be bg bn ca ckb cs cy da de el eo es et eu fa fi fr ga gu he hi hr hu hy is it ja ka kk km kn ko ky lo lt lv mk ml mn mr my ne nl or pa pl ps pt ro ru sd si sk sl sq sr sv ta te th tr uk ur uz vi yo zh"
    .split(" ");
const REGIONS =
  "DE FR US GB RU CN JP IN BR GR UA PL TR EG TH KR VN IR BD MM KH GE AM AZ KZ MN NL ES SE NO CZ RO"
    .split(" ");

const FILE = "<?php return array_map(fn ($name) => Str::slug($name), json_decode(env('NAMES')));";

/** What our evaluator makes of names; `undefined` for one that it refuses. */
function ours(names: readonly string[]): readonly (string | undefined)[] {
  try {
    const env = (): string => JSON.stringify(names);
    const slugs = evaluatePhpFile(FILE, { file: "config/cache.php", basePath: "/srv/app", env });
    if (!(slugs instanceof PhpArray)) throw new TypeError("no array");
    return [...slugs.values()].map(String);
  } catch (error) {
    if (!(error instanceof PhpConfigError) || !error.message.includes("voku/portable-ascii")) throw error;
    return names.length === 1 ? [undefined] : names.flatMap((name) => ours([name]));
  }
}

function* chunks(names: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < names.length; at += 1000) yield names.slice(at, at + 1000);
}

async function expectTheirs(names: readonly string[]): Promise<readonly (string | undefined)[]> {
  if (typeof packages === "string") return [];
  const child = Bun.spawn(["php", join(import.meta.dir, "portable-ascii.php"), packages.vendor], {
    stdin: new Blob([JSON.stringify(names)]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const theirs = JSON.parse(await new Response(child.stdout).text()) as readonly string[];
  const results = [...chunks(names)].flatMap(ours);
  const differences = names.flatMap((name, at) =>
    results[at] === undefined || results[at] === theirs[at] ? [] : [[name, theirs[at], results[at]]]
  );
  expect(differences).toEqual([]);
  return results;
}

test.skipIf(skip)("every character has the slug that Laravel gives it", async () => {
  const characters: string[] = [];
  for (let code = 0x80; code < 0x30000; code++) {
    if (code < 0xd800 || code > 0xdfff) characters.push(String.fromCodePoint(code));
  }
  await expectTheirs(characters);
});

test.skipIf(skip)(
  "names of countries in their languages have the slugs that Laravel gives them",
  async () => {
    const names = LANGUAGES.flatMap((language) => {
      const inLanguage = new Intl.DisplayNames([language], { type: "region" });
      return REGIONS.map((region) => `${inLanguage.of(region)} 2`);
    });
    const results = await expectTheirs(names);
    expect(results.length).toBeGreaterThan(2000);
    // A few Bengali, Assamese and Burmese names, whose slug depends on the library's version.
    expect(results.filter((result) => result === undefined).length).toBeLessThan(25);
  },
);
