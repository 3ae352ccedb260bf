import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers";
import type { ScalingConfig } from "../config/config.ts";
import { createRedisLink } from "../redis/create-redis-link.ts";
import { RedisCluster, type RedisClusterParts } from "./redis-cluster.ts";

/** What a node brings into the cluster. */
export interface NodeParts
  extends Omit<RedisClusterParts, "scaling" | "link" | "processId" | "defer" | "pause"> {
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/** The node that this process is in the cluster of its configuration. Nothing happens before `start`. */
export function connectCluster(scaling: ScalingConfig, parts: NodeParts): RedisCluster {
  const { monotonic, random } = parts;
  return new RedisCluster({
    ...parts,
    scaling,
    link: (events) =>
      createRedisLink(scaling.server, events, {
        commandTimeout: scaling.commandTimeout,
        now: monotonic,
        random,
      }),
    processId: randomBytes(5).toString("hex"),
    defer: (flush) => void setImmediate(flush),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
}
