/** How this process reports to the service manager that started it (sd_notify(3), sd_watchdog_enabled(3)). */
export interface ServiceManager {
  /** The path of a Unix socket for datagrams, or `@` and its abstract name. */
  readonly notifySocket: string;
  /** Milliseconds of silence after which it ends the process; `undefined` when it does not watch for silence. */
  readonly watchdogMilliseconds: number | undefined;
}

/** The service manager, by the environment of this process; `undefined` when there is none that takes reports. */
export function processServiceManager(): ServiceManager | undefined {
  return readServiceManager(process.env, process.pid);
}

/** `processServiceManager` for any environment and process. */
export function readServiceManager(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): ServiceManager | undefined {
  const notifySocket = environment["NOTIFY_SOCKET"];
  if (notifySocket === undefined || notifySocket === "") return undefined;
  return { notifySocket, watchdogMilliseconds: watchdog(environment, pid) };
}

function watchdog(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | undefined {
  const { WATCHDOG_USEC, WATCHDOG_PID } = environment;
  // The watchdog may be meant for a parent, which has passed its environment on.
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(pid)) return undefined;
  const milliseconds = Number(WATCHDOG_USEC) / 1000;
  return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
}
