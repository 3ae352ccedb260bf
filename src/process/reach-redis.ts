import type { ScalingConfig } from "../config/config.ts";
import { waitAtMost } from "../failures/deadline.ts";
import { createRedisLink } from "../redis/create-redis-link.ts";
import type { RedisLink } from "../redis/redis-link.ts";

/** A link to the cluster's Redis, which the caller MUST stop, and why it cannot be used; no reason when it can. */
export interface ReachedRedis {
  readonly link: RedisLink;
  readonly reason: string | undefined;
}

/** Resolves when Redis is there, or with the reason why it is not. */
export async function reachRedis({ server, commandTimeout }: ScalingConfig): Promise<ReachedRedis> {
  const { promise: settled, resolve } = Promise.withResolvers<string | undefined>();
  const link = createRedisLink(
    server,
    { up: () => resolve(undefined), down: (reason) => resolve(reason), message: () => {} },
    { commandTimeout, now: () => performance.now(), random: Math.random },
  );
  link.start();
  return { link, reason: await settled };
}

/** Where that Redis is, for people. */
export function redisName({ server }: ScalingConfig): string {
  return server.socket ?? `${server.host}:${server.port}`;
}

/** Milliseconds for which a start waits to know whether Redis is there. */
const PATIENCE = 3000;

/** Whether the server has joined its cluster; false also when that is not known soon: then it serves alone, and goes on trying. */
export async function joinedInTime(joined: Promise<boolean>): Promise<boolean> {
  return await waitAtMost(PATIENCE, joined) ?? false;
}

/** For the operator, where a start without Redis is not allowed. */
export function redisRequired(scaling: ScalingConfig): string {
  return `Redis at ${
    redisName(scaling)
  } cannot be used (the reason is above), and scaling.required (REVERB_SCALING_REQUIRED) asks for it. ` +
    "Correct scaling.server, or set REVERB_SCALING_REQUIRED=false to start alone and join when Redis is back.";
}
