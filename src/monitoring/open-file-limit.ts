import { readFileSync } from "node:fs";

/**
 * How many files a process may have open, `Infinity` without a limit; `undefined` where the system does not say (only Linux
 * does). Both Bun and Deno raise it to the hard limit when they start, so that nothing is left to be raised here.
 */
export function openFileLimit(pid: number | "self" = "self"): number | undefined {
  try {
    return parseOpenFileLimit(readFileSync(`/proc/${pid}/limits`, "utf8"));
  } catch {
    // No /proc, or a process of another user: the limit is unknown.
    return undefined;
  }
}

/** The soft limit in the text of `/proc/PID/limits`. */
export function parseOpenFileLimit(limits: string): number | undefined {
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(limits)?.[1];
  if (soft === undefined) return undefined;
  return soft === "unlimited" ? Infinity : Number(soft);
}
