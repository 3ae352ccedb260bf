import type { ServerConfig } from "../config/config.ts";
import { PhpFleet, type PhpFleetParts } from "../cluster/mixed/php-fleet.ts";
import { RedisKeys } from "../cluster/redis-keys.ts";
import { createRedisLink } from "../redis/create-redis-link.ts";
import type { Surroundings } from "./surroundings.ts";

/** What passing events to and from PHP nodes needs of the server. */
export interface FleetSource extends Pick<PhpFleetParts, "hubById" | "receiver" | "counters" | "log"> {
  readonly around: Surroundings;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
}

/** The PHP nodes on the same Redis; `undefined` where there are none. Nothing happens before `start`. */
export function openFleet({ scaling }: ServerConfig, source: FleetSource): PhpFleet | undefined {
  if (!scaling.enabled || !scaling.mixed) return undefined;
  const { monotonic: now, random, around: { timers, randomBytes, openWire } } = source;
  return new PhpFleet({
    ...source,
    link: (events) =>
      createRedisLink(scaling.server, events, {
        ...{ commandTimeout: scaling.commandTimeout, now, random, timers, openWire },
      }),
    channel: scaling.channel,
    keys: new RedisKeys(scaling.prefix, scaling.server.database),
    node: randomBytes(8).toString("hex"),
    most: scaling.queueMaxEvents,
  });
}
