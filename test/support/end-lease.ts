import type { RedisServer } from "./redis-server.ts";

/**
 * Ends the lease of a node whose process was killed, as time would: at their next beat, a fifth of the lease later at most, the others
 * take the node for dead. So a lease can be long enough for a busy machine, and no test waits until it is over.
 *
 * @param servers those of which one has the nodes' keys
 */
export async function endLease(servers: readonly RedisServer[], pid: number): Promise<void> {
  await Promise.allSettled(servers.map(async (server) => {
    const [leases] = await server.command("KEYS", "*{nodes}:leases") as string[];
    if (leases === undefined) return;
    const nodes = await server.command("HGETALL", leases.replace(/leases$/, "info")) as string[];
    for (let index = 0; index < nodes.length; index += 2) {
      const description = JSON.parse(nodes[index + 1] ?? "{}") as { pid?: number };
      if (description.pid === pid) await server.command("ZADD", leases, "XX", 0, nodes[index] ?? "");
    }
  }));
}
