import { existsSync, rmSync } from "node:fs";

const processes = new Map<number, () => void>();
const directories = new Set<string>();

/** Notes a child process that MUST not outlive the test run; `kill` ends it at once. */
export function noteProcess(pid: number, kill: () => void): void {
  processes.set(pid, kill);
}

/** Forgets a child process that has ended. */
export function forgetProcess(pid: number): void {
  processes.delete(pid);
}

/** Notes a temporary folder that is removed when the test run ends. */
export function noteDirectory(directory: string): void {
  directories.add(directory);
}

/** Kills what tests left running and removes their temporary folders. Synchronous, so that it can run while a process ends. */
export function clearLeftovers(): void {
  for (const kill of processes.values()) kill();
  processes.clear();
  for (const directory of directories) removeFolder(directory);
  directories.clear();
}

/** Times that a folder is tried, and milliseconds between two of them. */
const TRIES = 50, PAUSE = 10;

/** A process that was killed a moment ago may still write into its folder while that is removed. */
function removeFolder(directory: string): void {
  for (let tries = 1; tries <= TRIES && existsSync(directory); tries++) {
    if (tries > 1) Bun.sleepSync(PAUSE);
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch (error) {
      if (tries === TRIES) console.error(`Cannot remove ${directory}: ${String(error)}`);
    }
  }
}

// For scripts that use the test support; a process that runs `bun test` does not emit "exit" (see preload.ts).
process.on("exit", clearLeftovers);
