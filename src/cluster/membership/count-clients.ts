import { type RedisLink, runAll } from "../../redis/redis-link.ts";
import type { RedisKeys } from "../redis-keys.ts";

/**
 * Established connections on each of these nodes, over all applications, for a process that is none of them. Each node writes its
 * count to Redis in the turn in which it changes. Rejects when Redis is away or refuses.
 */
export async function countClients(
  link: RedisLink,
  keys: RedisKeys,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const served = await runAll(link, nodes.map((node) => ["SMEMBERS", keys.node(node).applications]));
  const applications = [...new Set(served.flatMap((ids) => ids as readonly string[]))];
  const counts = new Map(nodes.map((node) => [node, 0]));
  if (nodes.length === 0) return counts;
  const answers = await runAll(link, applications.map((id) => ["HMGET", keys.connections(id), ...nodes]));
  for (const answer of answers as (readonly (string | null)[])[]) {
    for (const [index, node] of nodes.entries()) {
      counts.set(node, counts.get(node)! + Math.max(0, Number(answer[index] ?? 0) || 0));
    }
  }
  return counts;
}
