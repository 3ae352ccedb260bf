import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { checkImports } from "../../../../scripts/check-imports.ts";

/** What the check finds in a folder with these files. */
function check(files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), "resound-imports-"));
  try {
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), source);
    }
    return checkImports(
      join(import.meta.dir, "../../../../node_modules/.bin/deno"),
      root,
      Object.keys(files),
    );
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("import cycles are findings, types included", () => {
  expect(check({
    "src/hub/channels/a.ts": `import { b } from "./b.ts"; export const a = b;`,
    "src/hub/channels/b.ts": `export { c as b } from "../users/c.ts"; export const x = 1;`,
    "src/hub/users/c.ts": `import type { a } from "../channels/a.ts"; export const c = 1;`,
  })).toEqual([
    "src/hub/channels/a.ts: import cycle src/hub/channels/a.ts -> src/hub/channels/b.ts -> src/hub/users/c.ts -> src/hub/channels/a.ts",
  ]);
  expect(check({
    "src/http/a.ts": `import "./a.ts"; import "hono"; import "bun:test"; import "npm:valibot";`,
    "scripts/a.ts": `export const b = await import("./b.ts");`,
    "scripts/b.ts": `export type A = import("./a.ts").A;`,
  })).toEqual([
    "scripts/a.ts: import cycle scripts/a.ts -> scripts/b.ts -> scripts/a.ts",
    "src/http/a.ts: import cycle src/http/a.ts -> src/http/a.ts",
  ]);
});

test("a file in src that is no TypeScript lies in a room and has a name that says something", () => {
  expect(check({
    "src/http/style.css": "",
    "src/http/README.md": "",
    "src/http/Style.css": "",
    "src/plugins/utils.json": "",
    "scripts/packaging/Caddyfile": "",
  })).toEqual([
    "src/http/Style.css: Style.css is not kebab-case",
    "src/plugins/utils.json: plugins has no row in scripts/imports/rules.ts",
    `src/plugins/utils.json: "utils" says nothing about what is inside`,
  ]);
});

test("a graph that Deno cannot read is an error", () => {
  expect(() => checkImports("/bin/false", "/nowhere", ["src/a.ts"])).toThrow("deno info ended with code 1");
});
