import type { RedisServer } from "./redis-server.ts";

/**
 * Of these keys those that only say that a stay has ended, each for two minutes at most, so that what its node had sent and what comes
 * late is refused (src/cluster/redis-scripts.ts). They are no traces of the node.
 */
export async function endedStays(redis: RedisServer, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const ended = new Set<string>();
  for (const key of keys) {
    if (!/:holds:[^:]+$/.test(key) || await redis.command("TYPE", key) !== "string") continue;
    const life = Number(await redis.command("PTTL", key));
    if (await redis.command("GET", key) === "ended" && life > 0 && life <= 120_000) ended.add(key);
  }
  return ended;
}
