import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { errorCode } from "../../failures/error-reason.ts";

/** What distinguishes a process from all others that had or will have its number. */
export interface ProcessIdentity {
  /** When it was started, as the operating system says it; comparable only with another of this kind. `undefined` where the system does not show it. */
  readonly started: string | undefined;
  /** The user that it runs as; `undefined` where the system does not show it. */
  readonly user: number | undefined;
}

/**
 * The process with this number, `undefined` when there is none. A process that has ended and whose parent has not asked for its
 * exit code yet (a zombie) counts as none.
 */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  if (!isThere(pid)) return undefined;
  if (process.platform === "linux") return fromProc(pid);
  // Windows has no quick way to a start time; there the number alone has to do.
  return process.platform === "win32" ? { started: undefined, user: undefined } : fromPs(pid);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to another user.
    return errorCode(error) === "EPERM";
  }
}

function fromProc(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in parentheses, which may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state] = fields, ticks = fields[19];
    if (state === "Z" || state === "X" || ticks === undefined) return undefined;
    return { started: `${bootId()}/${ticks}`, user: statSync(`/proc/${pid}`).uid };
  } catch {
    // It ended meanwhile, or /proc is hidden from us: the number alone says that it is there.
    return isThere(pid) ? { started: undefined, user: undefined } : undefined;
  }
}

/** Ticks are counted from the start of the machine, so they mean something only together with it. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    // Some containers hide it; within one of them the ticks are enough.
    return "";
  }
}

function fromPs(pid: number): ProcessIdentity | undefined {
  try {
    const text = execFileSync("ps", ["-o", "stat=,uid=,lstart=", "-p", String(pid)], {
      encoding: "latin1",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5000,
    }).trim();
    const [, state = "", user, started] = /^(\S+)\s+(\d+)\s+(.+)$/.exec(text) ?? [];
    return state === "" || state.startsWith("Z") ? undefined : { started, user: Number(user) };
  } catch {
    // ps ends with an error when there is no such process.
    return isThere(pid) ? { started: undefined, user: undefined } : undefined;
  }
}
