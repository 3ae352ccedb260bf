import { openOwner } from "../contract/bridge-nodes.ts";
import type { BridgeOwner } from "../../src/bridge/owner/bridge-owner.ts";
import { join } from "node:path";
import { waitAtMost } from "../../src/failures/deadline.ts";
import { endLease } from "./end-lease.ts";
import { eventually } from "./eventually.ts";
import { PATIENCE } from "./patience.ts";
import { type RedisServer, type RedisWishes, startRedis } from "./redis-server.ts";
import { metricsUrlOf } from "./scrape.ts";
import { type RunningServer, type ServerOptions, startServer, temporaryDirectory } from "./start-server.ts";

/** What the nodes of a test should be like; by default three around a plain Redis. */
export interface ClusterOptions {
  readonly nodes?: number;
  /** A Redis that the test has started and will end itself. */
  readonly redis?: RedisServer;
  /** All servers of that Redis, where they are several. */
  readonly servers?: readonly RedisServer[];
  /** What the cluster's own should be like otherwise. */
  readonly wishes?: RedisWishes;
  /** Seconds (at least 2); by default so many that nodes keep it on a busy machine. */
  readonly leaseSeconds?: number;
  /** Environment variables of all nodes, before those that lead to Redis. */
  readonly env?: ServerOptions["env"];
  /** Files of all nodes. */
  readonly files?: ServerOptions["files"];
}

/** One node, in a process of its own. `kill` ends its lease as well; it can be frozen, as a suspended machine is. */
export interface ClusterNode extends RunningServer {
  /** Stops the process (SIGSTOP): connections stay open, nothing is answered. */
  freeze(): void;
  /** Lets it go on. */
  thaw(): void;
  /** The value of one series of its metrics, by its whole name: `resound_bus_received_total`. */
  metric(series: string): Promise<number>;
}

/**
 * Whether nodes meet on a bridge in place of Redis (`RESOUND_TEST_MEETING=bridge`), for runs by hand: a test that looks into Redis fails
 * then.
 */
export const MEETS_ON_BRIDGE: boolean = process.env["RESOUND_TEST_MEETING"] === "bridge";

/** Nodes that meet in one Redis and serve TEST_APPLICATION together. */
export interface Cluster extends AsyncDisposable {
  readonly redis: RedisServer;
  /** Those that were started, in that order, also when they have ended since. */
  readonly nodes: readonly ClusterNode[];
  /** The one with that number; throws when there is none. */
  node(index: number): ClusterNode;
  /** Starts one more and resolves when all that run know of each other. */
  add(env?: ServerOptions["env"]): Promise<ClusterNode>;
  /** Resolves when every node that runs, and does not end meanwhile, knows of as many nodes, itself included. */
  settled(nodes: number): Promise<void>;
}

/** Starts nodes and resolves when all of them know of each other. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const redis = options.redis ?? await startRedis(options.wishes);
  const bridge = MEETS_ON_BRIDGE
    ? await openOwner(join(temporaryDirectory(), "owner.sock"), 1000)
    : undefined;
  const nodes: ClusterNode[] = [];
  const running = (): ClusterNode[] => nodes.filter(isRunning);
  /** How many nodes a node knows of; `count` where it ends meanwhile. */
  const nodesOf = async (node: ClusterNode, count: number): Promise<number> => {
    try {
      return await node.metric("resound_cluster_nodes");
    } catch (error) {
      // Its port is closed before it has ended.
      const hasEnded = await waitAtMost(PATIENCE, node.exited.then(() => true));
      if (hasEnded !== true) throw error;
      return count;
    }
  };
  const cluster: Cluster = {
    redis,
    nodes,
    node(index) {
      const node = nodes[index];
      if (node === undefined) throw new Error(`There is no node ${index}`);
      return node;
    },
    async add(env) {
      const node = await startNode(options, redis, bridge, env);
      nodes.push(node);
      await cluster.settled(running().length);
      return node;
    },
    async settled(count) {
      await Promise.all(
        running().map((node) => eventually(() => nodesOf(node, count), (seen) => seen === count)),
      );
    },
    async [Symbol.asyncDispose]() {
      for (const node of running()) node.thaw();
      const ended = await Promise.allSettled(running().map((node) => node.stop()));
      bridge?.close();
      if (options.redis === undefined) await redis[Symbol.asyncDispose]();
      for (const end of ended) if (end.status === "rejected") throw end.reason;
    },
  };
  try {
    nodes.push(
      ...await Promise.all(
        Array.from({ length: options.nodes ?? 3 }, () => startNode(options, redis, bridge)),
      ),
    );
    await cluster.settled(nodes.length);
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
  return cluster;
}

const ended = new WeakSet<RunningServer>();

function isRunning(node: ClusterNode): boolean {
  return !ended.has(node);
}

async function startNode(
  options: ClusterOptions,
  redis: RedisServer,
  bridge: BridgeOwner | undefined,
  env?: ServerOptions["env"],
): Promise<ClusterNode> {
  const server = await startServer({
    ...(bridge === undefined
      ? {}
      : { command: ["bun", join(import.meta.dir, "bridged-node.ts"), JSON.stringify(bridge.place)] }),
    ...(options.files === undefined ? {} : { files: options.files }),
    env: {
      REVERB_SCALING_ENABLED: String(bridge === undefined),
      REVERB_SCALING_LEASE_SECONDS: String(options.leaseSeconds ?? 10),
      // A Redis of a test answers; one that stands still for a moment, as on a busy machine, is not away.
      REVERB_SCALING_COMMAND_TIMEOUT: "10",
      REVERB_METRICS_PORT: "0",
      REVERB_DRAIN_DELAY: "0",
      REVERB_DRAIN_SECONDS: "0",
      ...options.env,
      ...redis.env,
      ...env,
    },
  });
  const metricsUrl = await metricsUrlOf(server);
  const node: ClusterNode = {
    ...server,
    async kill(signal) {
      const code = await server.kill(signal);
      await endLease(options.servers ?? [redis], server.pid);
      return code;
    },
    freeze: () => void process.kill(server.pid, "SIGSTOP"),
    thaw: () => void process.kill(server.pid, "SIGCONT"),
    async metric(series) {
      const text = await (await fetch(metricsUrl)).text();
      const found = text.split("\n").find((each) => each.startsWith(`${series} `));
      if (found === undefined) throw new Error(`${metricsUrl} has no ${series}`);
      return Number(found.slice(series.length + 1));
    },
  };
  void server.exited.then(() => ended.add(node));
  return node;
}
