import process from "node:process";
import { parseOrder, type WorkerOrder, type WorkerReport } from "./worker-message.ts";

/** What the parent, or its end, asks of this process. */
export interface ParentEvents {
  readonly order: (order: WorkerOrder) => void;
  /** The parent has ended, also when it was killed. */
  readonly orphaned: () => void;
}

/** A worker's end of the link to its parent. */
export class ParentLink {
  /** Whether a parent has started this process as a worker. */
  static get isThere(): boolean {
    return process.send !== undefined;
  }

  /** Calls the events from now on; `orphaned` at once where the parent has ended already. */
  listen({ order, orphaned }: ParentEvents): void {
    process.on("message", (message: unknown) => {
      const parsed = parseOrder(message);
      if (parsed !== undefined) order(parsed);
    });
    process.on("disconnect", orphaned);
    if (!process.connected) orphaned();
  }

  /** Sends a report. Does nothing when the parent has ended, of which `orphaned` is called. */
  report(report: WorkerReport): void {
    if (process.connected) process.send?.(report, () => {});
  }

  /** Ends the link, which keeps the process alive until then. */
  close(): void {
    if (process.connected) process.disconnect?.();
  }
}
