import { closeSync, openSync } from "node:fs";
import { setImmediate } from "node:timers";
import type { ServerActions } from "./server-control.ts";

/**
 * Milliseconds after the first stop in which another signal is the same: Ctrl-C and service managers signal a whole group, and
 * a program around the server passes its own signal on.
 */
const SAME_SIGNAL = 200;

/**
 * Takes stop signals that come together for one. `stop` is called in the next turn (`nextTurn`): signals that are heard before that are
 * the same, however long this process was kept from the processor between them, and so are those that come a moment later.
 * `monotonic` is a clock in milliseconds.
 */
export function takenTogether(
  stop: (cause: string) => void,
  monotonic: () => number,
  nextTurn: (then: () => void) => void,
): (cause: string) => void {
  let isAsked = false, begunAt: number | undefined;
  return (cause) => {
    if (isAsked && (begunAt === undefined || monotonic() - begunAt < SAME_SIGNAL)) return;
    isAsked = true;
    nextTurn(() => {
      begunAt ??= monotonic();
      stop(cause);
    });
  };
}

/**
 * Listens to the signals of process managers: SIGTERM and SIGINT stop, SIGHUP reloads, SIGUSR2 restarts with a check before.
 * SIGHUP has a second meaning: the system sends it when the terminal that the
 * process was started in is closed. Then the server stops too; otherwise it would hold its port unseen.
 * `monotonic` is a clock in milliseconds.
 */
export function onSignals(actions: ServerActions, monotonic: () => number): void {
  const startedInTerminal = hasTerminal();
  const stop = takenTogether((cause) => actions.stop(cause), monotonic, (then) => void setImmediate(then));
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("SIGTERM", () => stop("SIGTERM"));
  if (process.platform !== "win32") process.on("SIGUSR2", actions.restart);
  // Windows sends it only for a closed console, and ends the process soon after.
  process.on("SIGHUP", () => {
    if (process.platform === "win32" || (startedInTerminal && !hasTerminal())) {
      stop("SIGHUP, the terminal is closed");
    } else actions.reload();
  });
}

/** Whether the process has a controlling terminal; without one `/dev/tty` is there but cannot be opened. */
function hasTerminal(): boolean {
  if (process.platform === "win32") return false;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
