import process from "node:process";
import { parseOrder, type WorkerOrder, type WorkerReport } from "./worker-message.ts";

/** What the parent, or its end, asks of this process. */
export interface ParentEvents {
  readonly order: (order: WorkerOrder) => void;
  /** The parent has ended, however that came about. */
  readonly orphaned: () => void;
}

/** A worker's end of the link to its parent. */
export class ParentLink {
  /** Whether a parent has started this process as a worker. */
  static get isThere(): boolean {
    return process.send !== undefined;
  }

  listen({ order, orphaned }: ParentEvents): void {
    process.on("message", (message: unknown) => {
      const parsed = parseOrder(message);
      if (parsed !== undefined) order(parsed);
    });
    process.on("disconnect", orphaned);
    if (!process.connected) orphaned();
  }

  tell(report: WorkerReport): void {
    // Whoever cannot be told any more has ended, which `orphaned` says.
    if (process.connected) process.send?.(report, () => {});
  }

  /** Nothing more will be said; the link keeps the process alive no longer. */
  close(): void {
    if (process.connected) process.disconnect?.();
  }
}
