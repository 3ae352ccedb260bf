import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../test/support/server-target.ts";

/** The newest tag of the repository; `undefined` where it has none. */
export function newestTag(): string | undefined {
  const { stdout, exitCode } = git("describe", "--tags", "--abbrev=0");
  return exitCode === 0 ? stdout : undefined;
}

/** The folder with the sources of a revision, with its packages. Throws where git does not know it or its packages cannot be had. */
export async function olderVersion(revision: string): Promise<string> {
  const { stdout: commit, exitCode, stderr } = git("rev-parse", "--verify", `${revision}^{commit}`);
  if (exitCode !== 0) throw new Error(`The version before, ${revision}, is not to be had: ${stderr}`);
  const folder = join(
    process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
    "resound-prove",
    commit.slice(0, 12),
  );
  if (existsSync(join(folder, "node_modules"))) return folder;
  const archive = Bun.spawn([
    "sh",
    "-c",
    'mkdir -p "$1" && git archive "$2" | tar -x -C "$1"',
    "sh",
    folder,
    commit,
  ], {
    cwd: ROOT,
    stderr: "inherit",
  });
  if (await archive.exited !== 0) {
    throw new Error(`The sources of ${revision} cannot be written to ${folder}`);
  }
  const install = Bun.spawn([process.execPath, "install", "--production", "--frozen-lockfile", "--silent"], {
    cwd: folder,
    stderr: "inherit",
  });
  if (await install.exited !== 0) {
    throw new Error(`The packages of ${revision} cannot be installed in ${folder}`);
  }
  return folder;
}

function git(
  ...args: readonly string[]
): { readonly stdout: string; readonly stderr: string; readonly exitCode: number } {
  const { stdout, stderr, exitCode } = Bun.spawnSync(["git", ...args], { cwd: ROOT });
  return { stdout: stdout.toString().trim(), stderr: stderr.toString().trim(), exitCode };
}
