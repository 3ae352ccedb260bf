import type { ApplicationCounters } from "./application-counters.ts";
import { HttpCalls } from "./http-calls.ts";
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
  /** Of those, the ones that concern no application of ours. */
  readonly unattributedRefusals = new Map<RefusalReason, number>();
  /** Calls to the HTTP side. */
  readonly httpCalls = new HttpCalls();
  /** What happened to each application that is served now, by its id; kept up by the hubs' registry. */
  readonly applications = new Map<string, ApplicationCounters>();

  /** Counts a refusal, for the application too where it is one of ours. */
  refused(reason: RefusalReason, application: string | undefined): void {
    const own = application === undefined ? undefined : this.applications.get(application);
    increment(this.refusals, reason);
    increment(own?.refusals ?? this.unattributedRefusals, reason);
  }

  /** All refusals together. */
  get refusedTotal(): number {
    let total = 0;
    for (const count of this.refusals.values()) total += count;
    return total;
  }
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
