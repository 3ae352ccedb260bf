import { expect, test } from "bun:test";
import denoConfig from "../../../deno.json" with { type: "json" };
import manifest from "../../../package.json" with { type: "json" };

test("Deno's tasks run with the versions that package.json names", () => {
  // Without node_modules Deno installs by these; by package.json it would install what developers need as well.
  const imports = Object.entries(manifest.dependencies).map((
    [name, version],
  ) => [name, `npm:${name}@${version}`]);
  expect<unknown>(denoConfig.imports).toEqual(Object.fromEntries(imports));
});

test("what runs as a script of Bun is a task of Deno too", () => {
  const commands = Object.entries(manifest.scripts).filter(([, script]) => script.includes("src/main.ts"));
  expect(Object.keys(denoConfig.tasks)).toEqual(commands.map(([name]) => name));
});
