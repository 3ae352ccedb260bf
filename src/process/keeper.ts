import type { SignalActions } from "./signals.ts";
import type { ReloadOutcome } from "./registry/runtime-record.ts";

/**
 * Who looks after a server: the signals and the service manager of this process, or the parent of a worker. It asks the server to
 * stop or to reload, and is told how it does.
 */
export interface Keeper {
  /** Whether it restarts the server at Laravel's restart signal, so that the server need not watch for it. */
  readonly watchesRestartSignal: boolean;
  /** From now on it calls the actions: `stop` again to have it hurry. */
  attach(actions: SignalActions): void;
  /** Clients may come, for the first time or after a reload. */
  ready(): void;
  reloading(): void;
  /** Answers a reload. A stop may take so many seconds from now on. */
  reloaded(outcome: Omit<ReloadOutcome, "count">, stopSeconds: number): void;
  /** The server has begun to stop, or to hurry, which may take so many seconds; `cause` is for people. */
  stopping(cause: string, seconds: number): void;
  /** A reload was asked for, and came too late. */
  reloadRefused(): void;
  /** The server has stopped. */
  ended(): void;
}
