import { readFileSync } from "node:fs";

/** How many files and sockets a process may have open at most (the hard limit, which the servers raise theirs to). Linux only. */
export function openFilesLimit(): number {
  const hard = /^Max open files +\S+ +(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return hard === "unlimited" ? Number.POSITIVE_INFINITY : Number(hard);
}
