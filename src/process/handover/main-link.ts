import process from "node:process";
import type { BridgePlace } from "../../bridge/bridge-place.ts";
import { parseServingOrder, type Room, type ServingOrder, type ServingReport } from "./handover-message.ts";

/** What the main process, or its end, asks of this process. */
export interface MainEvents {
  readonly order: (order: ServingOrder) => void;
  /** The main process has ended, also when it was killed. */
  readonly orphaned: () => void;
}

/** A serving process' end of the link to the main process. Orders wait until `listen` is called. */
export class MainLink {
  readonly #waiting: ServingOrder[] = [];
  #events: MainEvents | undefined;
  /** Resolves when the main process has ended. */
  readonly #orphaned = Promise.withResolvers<void>();

  constructor() {
    process.on("message", (message: unknown) => {
      const order = parseServingOrder(message);
      if (order === undefined) return;
      if (this.#events === undefined) this.#waiting.push(order);
      else this.#events.order(order);
    });
    process.on("disconnect", () => {
      this.#orphaned.resolve();
      this.#events?.orphaned();
    });
  }

  /** Whether a main process has started this one. */
  static get isThere(): boolean {
    return process.send !== undefined;
  }

  /**
   * Resolves with what the process before leaves once this one is to listen, with `undefined` when it is not to. `enter` is called where
   * it is to join a bridge first, and resolves with the reason where it cannot.
   */
  async mayListen(enter: (place: BridgePlace) => Promise<string | undefined>): Promise<Room | undefined> {
    const { promise, resolve } = Promise.withResolvers<Room | undefined>();
    this.listen({
      order: (order) => {
        if (order.type === "enter") {
          void enter(order.place).then((refusal) => this.report({ type: "entered", refusal }));
        } else if (order.type === "listen") resolve(order.room);
        else if (order.type === "stop" || order.type === "hurry") resolve(undefined);
      },
      orphaned: () => resolve(undefined),
    });
    const room = await promise;
    this.#events = undefined;
    return room;
  }

  /** Calls the events from now on, `orphaned` at once where the main process has ended already. */
  listen(events: MainEvents): void {
    this.#events = events;
    for (const order of this.#waiting.splice(0)) events.order(order);
    if (!process.connected) events.orphaned();
  }

  /** Sends a report; resolves when it is on its way. Does nothing when the main process has ended. */
  report(report: ServingReport): Promise<void> {
    const sent = new Promise<void>((resolve) => {
      if (!process.connected || process.send === undefined) return resolve();
      process.send(report, () => resolve());
    });
    // A main process that is killed meanwhile leaves `send` without an answer on Bun.
    return Promise.race([sent, this.#orphaned.promise]);
  }

  /** Ends the link, which keeps the process alive until then. */
  close(): void {
    if (process.connected) process.disconnect?.();
  }
}
