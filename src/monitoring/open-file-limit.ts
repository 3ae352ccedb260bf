import { readFileSync } from "node:fs";

/**
 * The number of files that a process may have open, `Infinity` without a limit; `undefined` on systems other than Linux, which
 * do not show it. Bun and Deno raise it to the hard limit when they start, so the server does not have to.
 */
export function openFileLimit(pid: number | "self" = "self"): number | undefined {
  try {
    return parseOpenFileLimit(readFileSync(`/proc/${pid}/limits`, "utf8"));
  } catch {
    // No /proc, or a process of another user: the limit cannot be found out.
    return undefined;
  }
}

/** The soft limit in the text of `/proc/PID/limits`. */
export function parseOpenFileLimit(limits: string): number | undefined {
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(limits)?.[1];
  if (soft === undefined) return undefined;
  return soft === "unlimited" ? Infinity : Number(soft);
}
