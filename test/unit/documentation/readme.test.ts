import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MarkdownPage } from "../../support/markdown-page.ts";
import { ROOT } from "../../support/server-target.ts";

const text = readFileSync(join(ROOT, "README.md"), "utf8");

test("README has at most 900 words, code and tables included", () => {
  const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  expect(words.length).toBeLessThanOrEqual(900);
});

test("README has one picture of its own, and no badge", () => {
  const pictures = [...text.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, path]) => path);
  expect(pictures).toEqual(["docs/overview.svg"]);
});

test("the picture has colours for a dark page, and loads nothing from elsewhere", () => {
  const svg = readFileSync(join(ROOT, "docs/overview.svg"), "utf8");
  expect(svg).toContain("prefers-color-scheme:dark");
  expect(svg.match(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/g)).toBeNull();
});

test("README's event is the one that docs/laravel.md shows whole", () => {
  const path = "app/Events/OrderShipped.php";
  const whole = new MarkdownPage("docs/laravel.md").php(path),
    short = new MarkdownPage("README.md").php(path);
  expect(whole).toEndWith(short);
});

test("README names the commands that package.json has", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
  const named = [...text.matchAll(/bun run ([a-z:]+)/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
