import process from "node:process";
import type { BridgePlace } from "../../bridge/bridge-place.ts";
import { parseOrder, type WorkerOrder, type WorkerReport } from "./worker-message.ts";

/** What the parent, or its end, asks of this process. */
export interface ParentEvents {
  readonly order: (order: Exclude<WorkerOrder, { readonly type: "join" }>) => void;
  /** The parent has ended, also when it was killed. */
  readonly orphaned: () => void;
}

/** A worker's end of the link to its parent. */
export class ParentLink {
  /** Where the other workers are, once the parent has said it; `undefined` where it has ended before. */
  readonly place: Promise<BridgePlace | undefined>;
  #events: ParentEvents | undefined;
  /** What has come before `listen`. */
  #early: ((events: ParentEvents) => void)[] = [];

  constructor() {
    const { promise, resolve } = Promise.withResolvers<BridgePlace | undefined>();
    this.place = promise;
    process.on("message", (message: unknown) => {
      const order = parseOrder(message);
      if (order?.type === "join") resolve(order.place);
      else if (order !== undefined) this.#tell((events) => events.order(order));
    });
    const orphaned = (): void => {
      resolve(undefined);
      this.#tell((events) => events.orphaned());
    };
    process.on("disconnect", orphaned);
    if (!process.connected) orphaned();
  }

  /** Whether a parent has started this process as a worker. */
  static get isThere(): boolean {
    return process.send !== undefined;
  }

  /** Calls the events from now on, and for what has come until now. */
  listen(events: ParentEvents): void {
    this.#events = events;
    for (const tell of this.#early.splice(0)) tell(events);
  }

  /** Sends a report. Does nothing when the parent has ended, of which `orphaned` is called. */
  report(report: WorkerReport): void {
    if (process.connected) process.send?.(report, () => {});
  }

  /** Ends the link, which keeps the process alive until then. */
  close(): void {
    if (process.connected) process.disconnect?.();
  }

  #tell(tell: (events: ParentEvents) => void): void {
    if (this.#events === undefined) this.#early.push(tell);
    else tell(this.#events);
  }
}
