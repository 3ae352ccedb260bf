import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { type Cluster, startCluster } from "../../support/cluster.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { ReturningPeer } from "../../support/returning-peer.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";

const isSkipped = skipWhen(!HAS_REDIS, NO_REDIS) ||
  skipWhen(serverTarget() !== "bun", "recovery in a cluster: tested on Bun alone");

/** Events that each of the two nodes publishes. */
const EVENTS = 100;

/** Events that a client has not been sent. */
function missing(seen: ReadonlySet<string>): string {
  const all = Array.from({ length: EVENTS }, (_, number) => [`0:${number + 1}`, `1:${number + 1}`]).flat();
  return all.filter((data) => !seen.has(data)).join(" ");
}

/** What a client has got, and how often it was cut; `gap` is what it was told where a node or Redis took more than its second or two. */
interface Hops {
  readonly seen: ReadonlySet<string>;
  readonly hops: number;
  readonly gap?: string;
}

/** A client that is cut after so many new events, and comes back to the same node every third time, else to the other one. */
async function hop(cluster: Cluster, newEvents: number, subscribed: () => void): Promise<Hops> {
  const seen = new Set<string>();
  let hops = 0, node = newEvents % 2, peer = await ReturningPeer.connect(cluster.node(node));
  await peer.subscribed("news");
  subscribed();
  while (seen.size < 2 * EVENTS) {
    const frame = await peer.next().catch((error: Error) => {
      throw new Error(
        `After ${hops} hops, at node ${node}, these do not come: ${missing(seen)}. ${error.message}`,
      );
    });
    const { event, data } = JSON.parse(frame) as { event: string; data: string };
    if (event === "resound:gap") return { seen, hops, gap: frame };
    if (event !== "n" || seen.has(data)) continue;
    seen.add(data);
    if (seen.size % newEvents > 0) continue;
    peer.cut();
    if (hops++ % 3 !== 2) node = 1 - node;
    peer = await ReturningPeer.connect(cluster.node(node), { jar: peer.jar });
    peer.subscribe("news");
  }
  peer.cut();
  return { seen, hops };
}

test.skipIf(isSkipped)(
  "clients that hop from node to node get all events, those of each node in order, or hear of a gap",
  async () => {
    await using cluster = await startCluster({
      nodes: 2,
      env: { REVERB_APP_RECOVERY_ENABLED: "true", REVERB_SCALING_COMMAND_TIMEOUT: "20" },
    });
    const clients: ReturnType<typeof hop>[] = [];
    for (const newEvents of [16, 23, 31]) {
      await new Promise<void>((resolve) => clients.push(hop(cluster, newEvents, resolve)));
    }
    const publish = async (index: number): Promise<void> => {
      const api = new ApiClient(cluster.node(index));
      for (let number = 1; number <= EVENTS; number++) {
        const event = { name: "n", channels: ["news"], data: `${index}:${number}` };
        expect((await api.post("/events", event)).status).toBe(200);
      }
    };
    await Promise.all([publish(0), publish(1)]);
    for (const { seen, hops, gap } of await Promise.all(clients)) {
      if (gap !== undefined) {
        console.log(`After ${hops} hops and ${seen.size} events a client was told ${gap}`);
        continue;
      }
      expect(hops).toBeGreaterThan(4);
      for (const index of [0, 1]) {
        const numbers = [...seen].filter((data) => data.startsWith(`${index}:`));
        expect(numbers).toEqual(Array.from({ length: EVENTS }, (_, number) => `${index}:${number + 1}`));
      }
    }
  },
);
