import type { ReloadOutcome, RestartOutcome } from "../registry/runtime-record.ts";

/** What a server can be asked from outside while it runs. */
export interface ServerActions {
  /** Stop gracefully, and at once when asked again; `cause` is for people, `siblingsStay` whether other workers of the same parent go on. */
  readonly stop: (cause: string, siblingsStay?: boolean) => void;
  /** Read the configuration again. */
  readonly reload: () => void;
  /** Restart, once the new configuration is known to be usable; with workers, replace each by a new process. */
  readonly restart: () => void;
}

/**
 * What controls a server from outside and hears how it does: the signals and the service manager of a process that stands alone
 * (`signal-control.ts`), or a worker's parent (`../workers/parent-control.ts`).
 */
export interface ServerControl {
  /** Whether it restarts the server at Laravel's restart signal, so that the server need not watch for it. */
  readonly watchesRestartSignal: boolean;
  /** From now on it calls the actions. */
  attach(actions: ServerActions): void;
  /** Clients may come, for the first time or after a reload. */
  ready(): void;
  /** The configuration is being read again; `reloaded` and `ready` follow. */
  reloading(): void;
  /** Answers a reload. A stop may take so many seconds from now on. */
  reloaded(outcome: ReloadOutcome, stopSeconds: number): void;
  /** Answers a request to restart: refused, or about to begin, or with workers done. */
  restarted(outcome: RestartOutcome): void;
  /** Answers a reload that came when the server was stopping. */
  reloadRefused(): void;
  /** The server has begun to stop, or to stop at once, which may take so many seconds; `cause` is for people. */
  stopping(cause: string, seconds: number): void;
  /** The server has stopped. */
  ended(): void;
}
