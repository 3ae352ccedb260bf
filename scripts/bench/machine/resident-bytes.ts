import { readFileSync } from "node:fs";

/** Resident memory of a process in bytes. Linux only. */
export function residentBytes(pid: number): number {
  return statusBytes(readFileSync(`/proc/${pid}/status`, "utf8"), "VmRSS");
}

/**
 * The anonymous part of a process's resident memory in bytes: what is its own. The rest are pages of files, of the executable above
 * all, which the system may drop and which processes of one executable share. Linux only.
 */
export function anonymousBytes(pid: number): number {
  return statusBytes(readFileSync(`/proc/${pid}/status`, "utf8"), "RssAnon");
}

/** A size in the text of `/proc/PID/status`, in bytes; `NaN` where it is not there. */
export function statusBytes(status: string, name: "VmRSS" | "RssAnon"): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status);
  return Number(match?.[1] ?? Number.NaN) * 1024;
}
