import { Glob } from "bun";
import { dirname } from "node:path";
import { checkName } from "./imports/file-name.ts";
import { findCycles } from "./imports/find-cycles.ts";
import { importGraph } from "./imports/import-graph.ts";

/**
 * Checks what `deno lint` cannot see file by file and returns one line for each finding: import cycles, types included, and the
 * names of files in src/ that are no TypeScript. The other import rules are in the lint plugin, scripts/lint/plugin.ts.
 *
 * @param paths from the repository's root: `src/http/app.ts`
 */
export function checkImports(deno: string, root: string, paths: readonly string[]): readonly string[] {
  const sources = paths.filter(isSource);
  const names = paths.filter((path) => path.startsWith("src/") && !isSource(path))
    .flatMap((path) => checkName(path).map((finding) => `${path}: ${finding}`));
  const cycles = findCycles(importGraph(deno, root, sources));
  return [...names, ...cycles.map((cycle) => `${cycle[0]}: import cycle ${cycle.join(" -> ")}`)];
}

function isSource(path: string): boolean {
  return /\.tsx?$/.test(path);
}

if (import.meta.main) {
  const root = dirname(import.meta.dir);
  const paths = [...new Glob("{src,test,scripts}/**/*").scanSync({ cwd: root, dot: true })].sort();
  const findings = checkImports(`${root}/node_modules/.bin/deno`, root, paths);
  for (const finding of findings) console.error(finding);
  if (findings.length > 0) process.exit(1);
  console.log(`${paths.length} files, no import cycle`);
}
