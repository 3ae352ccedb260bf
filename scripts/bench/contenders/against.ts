import { existsSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../test/support/server-target.ts";
import type { Availability, ContenderKind } from "./contender.ts";
import { resound } from "./resound.ts";
import { scratchFolder } from "./server-process.ts";
import { telling } from "./telling.ts";

/** This server as another commit has it, built into a scratch folder, which goes when the benchmark ends. */
export function against(ref: string): ContenderKind {
  let executable = "";
  return resound("against", `Resound at ${ref}`, {
    command: () => [executable],
    prepare() {
      const built = build(ref);
      if (typeof built === "string") return Promise.resolve({ kind: "unavailable", reason: built });
      executable = built.executable;
      return Promise.resolve<Availability>({ kind: "ready", version: `commit ${built.commit}` });
    },
  });
}

/** Builds the executable of a commit. Returns the reason where that is not possible. */
function build(ref: string): { readonly executable: string; readonly commit: string } | string {
  for (const program of ["git", "tar"]) {
    if (Bun.which(program) === null) {
      return `${program} is not installed, which takes the sources of a commit out`;
    }
  }
  const found = run(["git", "rev-parse", "--verify", "--quiet", `${ref}^{commit}`], ROOT);
  if (!found.ok) return `git knows no commit ${ref} here`;
  const commit = found.text.trim();
  const folder = mkdtempSync(join(scratchFolder(), "against-")), archive = join(folder, "sources.tar");
  const executable = join(folder, "dist/resound");
  const steps = [
    { command: ["git", "archive", "--output", archive, commit], cwd: ROOT },
    { command: ["tar", "-xf", archive], cwd: folder },
  ];
  for (const { command, cwd } of steps) {
    const step = run(command, cwd);
    if (!step.ok) return `${command[0]} cannot take its sources out: ${telling(step.text)}`;
  }
  const packages = providePackages(folder);
  if (packages !== undefined) return packages;
  const made = run([process.execPath, "scripts/build.ts", "--outfile", executable], folder);
  if (!made.ok || !existsSync(executable)) return `it does not build: ${telling(made.text)}`;
  return { executable, commit: commit.slice(0, 12) };
}

/** Those that are installed here, where the commit has the same; else its own. Returns why there are none. */
function providePackages(folder: string): string | undefined {
  const lock = (where: string): string | undefined => {
    const file = join(where, "bun.lock");
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  if (lock(folder) === lock(ROOT)) {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    return undefined;
  }
  const install = run([process.execPath, "install", "--frozen-lockfile"], folder);
  return install.ok ? undefined : `its packages cannot be installed: ${telling(install.text)}`;
}

function run(command: readonly string[], cwd: string): { readonly ok: boolean; readonly text: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd, stdin: "ignore", stderr: "pipe" });
  return { ok: exitCode === 0, text: `${stdout}${stderr}` };
}
