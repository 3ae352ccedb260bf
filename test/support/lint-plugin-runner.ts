// Run by `deno test`, which alone has `Deno.lint.runPlugin`: reads files of many cases from the path in LINT_CASES and writes the
// findings of each case beside it. See lint-plugin.ts.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "../../scripts/lint/lint-api.ts";
import plugin from "../../scripts/lint/plugin.ts";
import type { Finding, SourceFiles } from "./lint-plugin.ts";

declare const Deno: {
  test(name: string, run: () => void): void;
  readonly env: { get(name: string): string | undefined };
  readonly lint: {
    runPlugin(plugin: Plugin, path: string, source: string): readonly {
      readonly id: string;
      readonly message: string;
      readonly range: readonly [number, number];
    }[];
  };
};

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("lint", () => {
  const path = Deno.env.get("LINT_CASES") ?? "";
  const cases = JSON.parse(readFileSync(path, "utf8")) as readonly SourceFiles[];
  writeFileSync(`${path}.findings`, JSON.stringify(cases.map(lint)));
});

function lint(files: SourceFiles): readonly Finding[] {
  return Object.entries(files).sort(([one], [other]) => one < other ? -1 : 1).flatMap(([path, source]) => {
    const findings = Deno.lint.runPlugin(plugin, ROOT + path, source);
    return [...findings].sort((one, other) => one.range[0] - other.range[0]).map((
      { id, message, range },
    ) => ({
      rule: id,
      path,
      line: source.slice(0, range[0]).split("\n").length,
      message,
    }));
  });
}
