import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The part of the output of `deno info --json` that is read here. */
interface ModuleInfo {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/**
 * Asks Deno which file imports which, types included, and returns the files of `root` with the files of `root` that they import;
 * paths go from `root`. Imports of packages and of files outside `root` are left out. Throws when Deno cannot be run.
 *
 * @param deno path of the executable
 */
export function importGraph(
  deno: string,
  root: string,
  paths: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const base = `${pathToFileURL(root)}/`;
  // Deno reads the graph of one module, so this one imports all others. A file, since an argument may have 128 KiB.
  const folder = mkdtempSync(join(tmpdir(), "resound-imports-")), all = join(folder, "all.ts");
  writeFileSync(all, paths.map((path) => `import ${JSON.stringify(base + path)};\n`).join(""));
  const command = [deno, "info", "--json", "--no-config", "--no-npm", "--no-remote", "--no-lock"];
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command, all]);
  rmSync(folder, { recursive: true });
  if (exitCode !== 0) throw new Error(`deno info ended with code ${exitCode}: ${stderr.toString().trim()}`);
  const graph = new Map<string, readonly string[]>();
  for (const { specifier, dependencies = [] } of (JSON.parse(stdout.toString()) as ModuleInfo).modules) {
    if (!specifier.startsWith(base)) continue;
    const targets = dependencies.map(({ code, type }) => code?.specifier ?? type?.specifier ?? "");
    const local = targets.filter((target) => target.startsWith(base)).map((target) =>
      target.slice(base.length)
    );
    graph.set(specifier.slice(base.length), local);
  }
  return graph;
}
