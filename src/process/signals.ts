import { closeSync, openSync } from "node:fs";

/** What a server does when it is signalled. */
export interface SignalActions {
  /** SIGTERM, SIGINT, or the end of the terminal that it was started in; `cause` is for people. */
  readonly stop: (cause: string) => void;
  /** SIGHUP from anybody else. */
  readonly reload: () => void;
  /** SIGUSR2: put others in the place of all workers. Without it the signal ends the process, as everywhere. */
  readonly restart?: () => void;
}

/**
 * Listens to the signals of process managers. SIGHUP has two meanings that have to be told apart: "read the configuration
 * again" from an administrator, and "your terminal is gone" from the system, after which a server that stayed would hold its
 * port without anyone seeing it.
 */
export function onSignals(actions: SignalActions): void {
  const startedInTerminal = hasTerminal();
  process.on("SIGINT", () => actions.stop("SIGINT"));
  process.on("SIGTERM", () => actions.stop("SIGTERM"));
  if (actions.restart !== undefined) process.on("SIGUSR2", actions.restart);
  // Windows has it only for a closed console, and ends the process soon after whatever we do.
  process.on("SIGHUP", () => {
    if (process.platform === "win32" || (startedInTerminal && !hasTerminal())) {
      actions.stop("SIGHUP, the terminal is closed");
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
