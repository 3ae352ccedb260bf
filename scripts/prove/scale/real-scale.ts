import { ApiClient } from "../../../test/support/api-client.ts";
import { type Cluster, startCluster } from "../../../test/support/cluster.ts";
import { Peer } from "../../../test/support/peer.ts";
import {
  type Costs,
  measureCosts,
  type ScaleClient,
  type ScaleCluster,
  type Workload,
} from "./measure-costs.ts";
import type { Traffic } from "./traffic.ts";

/** Seconds, as by default. */
const LEASE_SECONDS = 15;

/** Measures with real processes and a real Redis what each thing costs. Only counts matter, so that a busy machine does no harm. */
export async function realCosts(nodes: number, workload: Workload): Promise<Costs> {
  await using cluster = await startCluster({ nodes, leaseSeconds: LEASE_SECONDS });
  return await measureCosts(new RealScale(cluster), workload);
}

/** Nodes that are processes, around a real Redis, to be measured. */
class RealScale implements ScaleCluster {
  readonly nodes: number;
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.nodes = cluster.nodes.length;
  }

  async connect(node: number): Promise<ScaleClient> {
    const peer = await Peer.connect(this.#cluster.node(node));
    return {
      subscribe: async (channel, user) => {
        await peer.subscribed(channel, channel.startsWith("presence-") ? { user_id: user } : undefined);
      },
      close: async () => await peer[Symbol.asyncDispose](),
    };
  }

  async publish(node: number, channel: string, data: string): Promise<void> {
    const body = { name: "event", channels: [channel], data };
    const { status } = await new ApiClient(this.#cluster.node(node)).post("/events", body);
    if (status !== 200) throw new Error(`POST /events was answered ${status}`);
  }

  async askChannels(node: number): Promise<void> {
    const { status } = await new ApiClient(this.#cluster.node(node)).get("/channels");
    if (status !== 200) throw new Error(`GET /channels was answered ${status}`);
  }

  async traffic(): Promise<Traffic> {
    return readInfo(String(await this.#cluster.redis.command("INFO", "everything")));
  }

  pause(milliseconds: number): Promise<void> {
    return Bun.sleep(milliseconds);
  }

  now(): number {
    return performance.now();
  }
}

/**
 * Reads INFO. Redis does not count the messages that it passes on: `messages` stays 0. Its own answers to INFO are in `bytesOut`, and
 * INFO itself is left out of the commands.
 */
export function readInfo(info: string): Traffic {
  const commands: Record<string, number> = {};
  for (const [, name = "", calls] of info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
    const upper = name.toUpperCase();
    if (upper !== "INFO") commands[upper] = (commands[upper] ?? 0) + Number(calls);
  }
  const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
  return {
    commands,
    messages: 0,
    bytesIn: field("total_net_input_bytes"),
    bytesOut: field("total_net_output_bytes"),
  };
}
