import { readdirSync, readFileSync } from "node:fs";

/** The processes that a process has started and that have not ended, on Linux; the oldest first. */
export function childrenOf(parent: number): readonly number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(ppid) === parent && state !== "Z";
    } catch {
      // It has ended meanwhile.
      return false;
    }
  }).sort((one, other) => one - other);
}
