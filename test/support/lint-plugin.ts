import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Source texts by their path from the repository's root: `src/http/app.ts`. The files need not exist. */
export type SourceFiles = Readonly<Record<string, string>>;

/** One finding of the lint plugin. */
export interface Finding {
  /** `resound/imports`. */
  readonly rule: string;
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/**
 * Runs the lint plugin (scripts/lint/plugin.ts) on each case in one Deno process and returns the findings of each, in the order of
 * path and place. Throws when the process fails, with what it wrote.
 */
export async function runLintPlugin(
  cases: readonly SourceFiles[],
): Promise<readonly (readonly Finding[])[]> {
  const folder = mkdtempSync(join(tmpdir(), "resound-lint-"));
  try {
    const path = join(folder, "cases.json"), runner = join(import.meta.dir, "lint-plugin-runner.ts");
    writeFileSync(path, JSON.stringify(cases));
    const child = Bun.spawn(
      ["node_modules/.bin/deno", "test", "-A", "--quiet", "--no-check", "--no-config", "--no-lock", runner],
      {
        cwd: join(import.meta.dir, "../.."),
        env: { ...process.env, LINT_CASES: path, NO_COLOR: "1" },
        stderr: "inherit",
      },
    );
    const output = await new Response(child.stdout).text();
    if (await child.exited !== 0) throw new Error(`deno test ended with code ${child.exitCode}: ${output}`);
    return JSON.parse(readFileSync(`${path}.findings`, "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
