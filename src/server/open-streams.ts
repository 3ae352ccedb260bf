import type { ServerConfig } from "../config/config.ts";
import { endOfTurn } from "../failures/timers.ts";
import type { Surroundings } from "./surroundings.ts";
import { StreamCounters } from "../monitoring/stream-counters.ts";
import { createRedisLink } from "../redis/create-redis-link.ts";
import { redisPlace } from "../redis/redis-place.ts";
import { deliverEntry, type DeliveryServices } from "../http/deliver-entry.ts";
import { EventStreams } from "../cluster/streams/event-streams.ts";
import { StreamKeys } from "../redis/stream-keys.ts";

/** What reading events from Redis needs of the server. */
export interface StreamSource extends Omit<DeliveryServices, "maxRequestSize"> {
  readonly around: Surroundings;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Largest body in bytes. */
  readonly maxRequestSize: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
}

/** The event streams of a server; `undefined` where they are off. Nothing happens before `start`. */
export function openStreams(
  { stream, scaling }: ServerConfig,
  source: StreamSource,
): EventStreams | undefined {
  if (!stream.enabled) return undefined;
  const { monitor, monotonic: now, random, around: { timers, randomBytes, openWire } } = source;
  const services: DeliveryServices = {
    ...source,
    get maxRequestSize() {
      return source.maxRequestSize();
    },
  };
  const counters = monitor.counters.stream = new StreamCounters();
  return new EventStreams({
    ...{
      ...stream,
      counters,
      now,
      random,
      every: timers.every,
      log: monitor.log,
      place: redisPlace(scaling.server),
    },
    link: (events) =>
      createRedisLink(scaling.server, events, {
        ...{ commandTimeout: scaling.commandTimeout, now, random, timers, openWire },
      }),
    keys: new StreamKeys(scaling.prefix),
    reader: randomBytes(8).toString("hex"),
    deliver: (entry) => deliverEntry(services, entry),
    after: (milliseconds, then) => void timers.after(milliseconds, then),
    // What is published in a turn goes to the other nodes at its end, by an immediate that was asked for before this one.
    published: () => endOfTurn(timers),
    fault: (fault) => monitor.fault(fault),
  });
}
