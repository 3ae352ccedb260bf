import type { RedisServer } from "../../../test/support/redis-server.ts";

/** The process id that a Redis reports in INFO. */
export async function redisProcess(redis: RedisServer): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await about(redis))?.[1]);
}

/** `Redis 7.0.15`. */
export async function redisVersion(redis: RedisServer): Promise<string> {
  return `Redis ${/redis_version:(\S+)/.exec(await about(redis))?.[1] ?? "of an unknown version"}`;
}

async function about(redis: RedisServer): Promise<string> {
  return String(await redis.command("INFO", "server"));
}
