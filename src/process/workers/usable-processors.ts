import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { posix } from "node:path";

/** Reads a file of the system; `undefined` where there is none. */
type Read = (path: string) => string | undefined;

/** Where Linux shows the groups of processes that share a limit: those of a container, of a unit of systemd, of a pod. */
const GROUPS = "/sys/fs/cgroup";

/**
 * How many processors this process may use: those that it is bound to, and no more than its share of CPU time makes. A container with
 * `--cpus=2` sees all processors of its machine, and may use the time of two.
 */
export function usableProcessors(
  bound: () => number = availableParallelism,
  read: Read = readSystemFile,
): number {
  const groups = (read("/proc/self/cgroup") ?? "").split("\n").flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (controllers === "") return withParents(path).map((each) => share(read(`${GROUPS}${each}/cpu.max`)));
    // The older form has a tree for each kind of limit.
    if (!controllers!.split(",").includes("cpu")) return [];
    return withParents(path).map((each) => {
      const [quota, period] = ["quota", "period"].map((name) =>
        read(`${GROUPS}/cpu${each}/cpu.cfs_${name}_us`)
      );
      return share(`${quota} ${period}`);
    });
  });
  return Math.max(1, Math.min(bound(), ...groups.map(Math.ceil)));
}

/** A group's path and those above it, each of which may have a limit; the topmost is the empty text. */
function withParents(path: string): string[] {
  const all: string[] = [];
  for (let each = path; each !== "/"; each = posix.dirname(each)) all.push(each);
  return [...all, ""];
}

/** Processors that a limit stands for: `QUOTA PERIOD`, in microseconds; infinite where there is none. */
function share(limit: string | undefined): number {
  const [, quota, period] = /^(\d+)\s+(\d+)\s*$/.exec(limit ?? "") ?? [];
  return quota === undefined || Number(period) === 0 ? Infinity : Number(quota) / Number(period);
}

function readSystemFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Another system, or no such limit.
    return undefined;
  }
}
