import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { floors, ROOMS } from "../../../scripts/docs/rooms-section.ts";
import { FOLDER_RULES } from "../../../scripts/imports/rules.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";
import { ROOT } from "../../support/server-target.ts";

const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
const glossary = text.slice(text.indexOf("## Glossary"), text.indexOf("Coming and going"));

describe("the rooms in ARCHITECTURE.md", () => {
  test("are those of the import rules, each with what it holds", () => {
    expect(Object.keys(ROOMS).toSorted()).toEqual([...FOLDER_RULES.keys()].toSorted());
    expect(Object.entries(ROOMS).filter(([, holds]) => holds === "")).toEqual([]);
  });

  test("stand above every room that they may import", () => {
    const found = floors(FOLDER_RULES);
    for (const [room, allowed] of FOLDER_RULES) {
      for (const other of allowed) {
        expect([room, other, found.get(room)! > found.get(other)!]).toEqual([room, other, true]);
      }
    }
  });
});

test("a floor is one above the highest room that may be imported", () => {
  const rules = new Map([["top", ["middle", "low"]], ["middle", ["low"]], ["low", []], ["other", []]]);
  expect([...floors(rules)].toSorted()).toEqual([["low", 0], ["middle", 1], ["other", 0], ["top", 2]]);
});

/** Whether a text between backticks names a file or folder, such as `http/app.ts` or `config/settings/`. */
const isPath = (code: string): boolean => /^([\w.-]+\/)*[\w.-]+\.(tsx?|md)$|^[\w.-]+(\/[\w.-]*)+$/.test(code);

test.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("every file and folder that %s names is there", (page) => {
  const prose = readFileSync(join(ROOT, page), "utf8").replaceAll(/^```.*?^```$/gms, "");
  const named = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!).filter(isPath);
  expect(named.length).toBeGreaterThan(10);
  const places = ["", "src"].map((folder) => join(ROOT, folder));
  const missing = named.filter((path) => !places.some((place) => existsSync(join(place, path))));
  expect(missing).toEqual([]);
});

const files = ["src", "test", "scripts"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((path) => `/${folder}/${path}`)
);

test.each(files.filter((path) => /^\/src\/[^/]+\/README\.md$/.test(path)))(
  "every file that %s names is there",
  (page) => {
    const prose = readFileSync(join(ROOT, page), "utf8");
    const named = [...prose.matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !files.some((path) => path.endsWith(`/${name}`)))).toEqual([]);
  },
);

test("the glossary has at most 30 words", () => {
  const words = [...glossary.matchAll(/^\| ([a-z, ]+?) +\|/gm)].flatMap(([, cell]) => cell!.split(", "))
    .filter((word) => word !== "word");
  expect(words.length).toBeGreaterThan(20);
  expect(words.length).toBeLessThanOrEqual(30);
  expect(new Set(words).size).toBe(words.length);
});

test("each of its pages can be reached from README", () => {
  const links = new MarkdownPage("README.md").links;
  for (const page of ["ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]) {
    expect(links).toContain(page);
  }
});
