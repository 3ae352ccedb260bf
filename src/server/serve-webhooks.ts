import type { Cluster } from "../hub/cluster/cluster.ts";
import type { WebhookOptions } from "../config/config.ts";
import type { Hub } from "../hub/hub.ts";
import type { Log } from "../monitoring/log.ts";
import { deliveryClock } from "../webhooks/delivery-clock.ts";
import type { Surroundings } from "./surroundings.ts";
import type { WebhookSpool } from "../webhooks/webhook-spool.ts";
import { Webhooks } from "../webhooks/webhooks.ts";

/** What webhooks need of their server. */
export interface WebhookSource {
  readonly options: () => WebhookOptions;
  readonly hubs: () => Iterable<Hub>;
  readonly cluster: Cluster;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly around: Surroundings;
  /** Places for the events that have not been sent at a stop, the best first. */
  readonly spools: readonly (WebhookSpool | undefined)[];
  /** As `WebhooksParts.know`. */
  readonly know?: ((ids: readonly string[]) => Promise<void>) | undefined;
}

/** The webhooks of a server: they follow its applications from now on. */
export function serveWebhooks({ wallClock, monotonic, spools, around, ...source }: WebhookSource): Webhooks {
  return new Webhooks({
    ...source,
    clock: deliveryClock(wallClock, monotonic, around.timers),
    ...{ newId: around.randomUUID, post: around.post, timers: around.timers },
    spools: spools.filter((spool) => spool !== undefined),
  });
}
