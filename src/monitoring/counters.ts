import type { ApplicationCounters } from "./application-counters.ts";
import type { ClusterCounters } from "./cluster-counters.ts";
import { HttpCalls } from "./http-calls.ts";
import type { RefusalReason } from "./refusal.ts";
import type { StreamCounters } from "./stream-counters.ts";

/** The counts of applications, by their ids, as metrics read them. */
export interface CountedApplications {
  readonly applications: ReadonlyMap<string, ApplicationCounters>;
}

/** The counts of the whole server since the process started. They are plain numbers, so that counting costs an addition. */
export class Counters {
  /** Connections that were established. */
  connectionsOpened = 0;
  /** Established connections that have ended. */
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
  /** Refusals that belong to no configured application, by reason. */
  readonly unattributedRefusals = new Map<RefusalReason, number>();
  /** Answers to HTTP requests. */
  readonly httpCalls = new HttpCalls();
  /** The counts of each configured application, by its id. The registry of hubs adds and removes them. */
  readonly applications = new Map<string, ApplicationCounters>();
  /** Events that are read from Redis Streams; `undefined` where that is off. */
  stream: StreamCounters | undefined;
  /** This node's traffic with the other nodes; `undefined` until the server has started. */
  cluster: ClusterCounters | undefined;

  /** Counts a refusal, or several, also for the application where it is a configured one. */
  refused(reason: RefusalReason, application: string | undefined, count = 1): void {
    const own = application === undefined ? undefined : this.applications.get(application);
    increase(this.refusals, reason, count);
    increase(own?.refusals ?? this.unattributedRefusals, reason, count);
  }

  /** The number of all refusals. */
  get refusedTotal(): number {
    let total = 0;
    for (const count of this.refusals.values()) total += count;
    return total;
  }
}

function increase<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
