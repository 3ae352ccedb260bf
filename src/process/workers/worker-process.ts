import type { WorkerOrder, WorkerReport } from "./worker-message.ts";

/** How a process has ended. */
export interface WorkerEnd {
  /** `undefined` when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** The parent's end of a worker: a process of its own. */
export interface WorkerLink {
  readonly pid: number;
  /** Does nothing when the process has ended. */
  send(order: WorkerOrder): void;
  /** Ends it at once (SIGKILL). Does nothing when it has ended. */
  kill(): void;
}

/** What the parent hears of a worker's process. */
export interface WorkerEvents {
  readonly report: (report: WorkerReport) => void;
  /** Called once; nothing comes after it. MUST NOT be called before `spawn` has returned. */
  readonly ended: (end: WorkerEnd) => void;
}

/** Starts the process of the worker with a number. Throws when the system gives no process. */
export type SpawnWorker = (number: number, events: WorkerEvents) => WorkerLink;

/** Completes "worker 2 (process 12) …". */
export function describeEnd({ code, signal }: WorkerEnd): string {
  return signal === undefined ? `has ended with exit code ${code ?? "unknown"}` : `was ended by ${signal}`;
}
