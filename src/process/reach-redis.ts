import type { ScalingConfig } from "../config/config.ts";
import { createRedisLink } from "../redis/create-redis-link.ts";
import type { RedisLink } from "../redis/redis-link.ts";

/** A link to the cluster's Redis, to be stopped by whoever asked for it, and why it cannot be used; no reason when it can. */
export interface ReachedRedis {
  readonly link: RedisLink;
  readonly reason: string | undefined;
}

/** Resolves when Redis is there, or with the reason why it is not. */
export async function reachRedis({ server, commandTimeout }: ScalingConfig): Promise<ReachedRedis> {
  let settle: (reason: string | undefined) => void = () => {};
  const settled = new Promise<string | undefined>((resolve) => settle = resolve);
  const link = createRedisLink(
    server,
    { up: () => settle(undefined), down: (reason) => settle(reason), message: () => {} },
    { commandTimeout, now: () => performance.now(), random: Math.random },
  );
  link.start();
  return { link, reason: await settled };
}

/** Where that Redis is, for people. */
export function redisName({ server }: ScalingConfig): string {
  return server.socket ?? `${server.host}:${server.port}`;
}
