import type { RefusalReason } from "./refusal.ts";

/** What happened since the process started, as plain numbers: adding to one is all that counting costs. */
export class Counters {
  /** Connections that were established. */
  connectionsOpened = 0;
  /** Of those, the ones that have ended. */
  connectionsClosed = 0;
  /** Text frames from clients. */
  messagesReceived = 0;
  /** Frames to clients; a publish counts once for each subscriber. */
  messagesSent = 0;
  /** Events published through the HTTP API, once for each channel. */
  eventsPublished = 0;
  /** Client events passed on. */
  clientEvents = 0;
  /** Pings sent to silent clients. */
  keepalivePings = 0;
  /** Refusals by reason. */
  readonly refusals = new Map<RefusalReason, number>();

  refused(reason: RefusalReason): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  /** All refusals together. */
  get refusedTotal(): number {
    let total = 0;
    for (const count of this.refusals.values()) total += count;
    return total;
  }
}
