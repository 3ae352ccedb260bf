import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../test/support/server-target.ts";

/** Commits that a version lies back where the repository has no tags. */
const BACK = 100;

/** The newest tag of the repository, else a commit some way back; `undefined` where git has neither, as in a shallow clone. */
export function versionBefore(): string | undefined {
  const tag = git("describe", "--tags", "--abbrev=0");
  if (tag.exitCode === 0) return tag.stdout;
  const commit = git("rev-parse", "--verify", `HEAD~${BACK}^{commit}`);
  return commit.exitCode === 0 ? commit.stdout : undefined;
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
