import { closeSync, openSync } from "node:fs";
import { setImmediate } from "node:timers";
import type { ServerActions } from "./server-control.ts";

/**
 * Milliseconds after the first stop signal in which another one is the same: Ctrl-C and service managers signal a whole group, and
 * a program around the server passes its own signal on.
 */
const SAME_SIGNAL = 200;

/**
 * Listens to the signals of process managers: SIGTERM and SIGINT stop, SIGHUP reloads, SIGUSR2 restarts with a check before.
 * SIGHUP has a second meaning: the system sends it when the terminal that the
 * process was started in is closed. Then the server stops too; otherwise it would hold its port unseen.
 * `monotonic` is a clock in milliseconds.
 */
export function onSignals(actions: ServerActions, monotonic: () => number): void {
  const startedInTerminal = hasTerminal();
  let first: number | undefined;
  const stop = (cause: string): void => {
    const now = monotonic();
    if (first !== undefined && now - first < SAME_SIGNAL) return;
    first ??= now;
    // In the next turn: one that has come together with this one is heard before anything is done.
    setImmediate(() => actions.stop(cause));
  };
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
