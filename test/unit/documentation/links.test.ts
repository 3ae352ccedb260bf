import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { MarkdownPage } from "../../support/markdown-page.ts";
import { ROOT } from "../../support/server-target.ts";

const paths = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...["docs", "src"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md")).map((path) => posix.join(folder, path.replaceAll("\\", "/")))
  ),
];

/** Why a link of a page leads nowhere; undefined where it does, or leads to another site. */
function fault(page: MarkdownPage, link: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return undefined;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page.path : posix.join(posix.dirname(page.path), decodeURI(path));
  if (target.startsWith("..") || !existsSync(join(ROOT, target))) return `${link}: there is no ${target}`;
  if (anchor === undefined) return undefined;
  if (!target.endsWith(".md")) return `${link}: ${target} has no headings`;
  return new MarkdownPage(target).anchors.includes(anchor)
    ? undefined
    : `${link}: ${target} has no #${anchor}`;
}

test.each(paths)("every link of %s leads somewhere", (path) => {
  const page = new MarkdownPage(path);
  expect(page.links.map((link) => fault(page, link)).filter((fault) => fault !== undefined)).toEqual([]);
});

test("every page of docs/ and src/ can be reached from README.md", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    for (const link of new MarkdownPage(path).links) {
      const target = posix.join(posix.dirname(path), link.split("#")[0]!);
      if (paths.includes(target)) reached.add(target);
    }
  }
  expect(paths.filter((path) => /^(docs|src)\//.test(path) && !reached.has(path))).toEqual([]);
});

test("no page has two headings of one name, since a link to the second breaks when the first one goes", () => {
  const twice = paths.filter((path) => path !== "CHANGELOG.md").flatMap((path) => {
    const { headings } = new MarkdownPage(path);
    return headings.filter((heading, index) => headings.indexOf(heading) !== index).map((heading) =>
      `${path}: ${heading}`
    );
  });
  expect(twice).toEqual([]);
});

test("a heading's anchor is the one that GitHub makes of it", () => {
  const page = new MarkdownPage(
    "page.md",
    "# What it's for\n## `[[apps]]` in `resound.toml` (entries of `apps.apps`)\n## A_b – c\n" +
      "```sh\n# no heading\n```\n## Über [a link](x.md), **twice**\n### A_b – c\n",
  );
  expect(page.anchors).toEqual([
    "what-its-for",
    "apps-in-resoundtoml-entries-of-appsapps",
    "a_b--c",
    "über-a-link-twice",
    "a_b--c-1",
  ]);
});

test("links are found in text, tables and HTML, and not in code", () => {
  const page = new MarkdownPage(
    "page.md",
    'See [one](a.md#x) and ![two](<b.svg> "title").\n\n| [three](#y) |\n\n[four]: c.md\n\n' +
      '<picture><source srcset="d.svg"><img alt="e" src="e.svg"></picture> `[no](no.md)`\n\n' +
      "  ```md\n  [no](no.md)\n  ```\n",
  );
  expect(page.links).toEqual(["a.md#x", "b.svg", "#y", "c.md", "d.svg", "e.svg"]);
});
