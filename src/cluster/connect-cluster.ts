import { createRequire } from "node:module";
import type { ScalingConfig } from "../config/config.ts";
import { createRedisLink } from "../redis/create-redis-link.ts";
import type { OpenWire } from "../redis/redis-wire.ts";
import type { RedisCluster } from "./redis-cluster.ts";
import type { RedisClusterParts } from "./redis-cluster-parts.ts";

type Room = typeof import("./redis-cluster.ts");

/** What a node brings into the cluster. */
export interface NodeParts extends Omit<RedisClusterParts, "scaling" | "link" | "processId"> {
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** So many random bytes. */
  readonly randomBytes: (count: number) => Buffer;
  /** How connections to Redis are opened, where not through the network. */
  readonly openWire?: OpenWire | undefined;
}

/** The node that this process is in the cluster of its configuration. Nothing happens before `start`. */
export function connectCluster(scaling: ScalingConfig, parts: NodeParts): RedisCluster {
  const { monotonic, random, randomBytes, timers, openWire } = parts, { RedisCluster } = load();
  return new RedisCluster({
    ...parts,
    scaling,
    link: (events) =>
      createRedisLink(scaling.server, events, {
        commandTimeout: scaling.commandTimeout,
        now: monotonic,
        ...{ random, timers, openWire },
      }),
    processId: randomBytes(5).toString("hex"),
  });
}

/**
 * Loads what a node does: 47 modules, which a server without scaling does not need. By `require`, since a server is put together without
 * `await`.
 */
function load(): Room {
  // Bun includes the room in the executable only where its name is a literal of `require`. Deno has to make one.
  if (typeof require === "function") return require("./redis-cluster.ts") as Room;
  return createRequire(import.meta.url)("./redis-cluster.ts") as Room;
}
