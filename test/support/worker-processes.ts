import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { HAS_REDIS, NO_REDIS, type RedisServer, startRedis } from "./redis-server.ts";
import { Peer } from "./peer.ts";
import { metricsUrlOf } from "./scrape.ts";
import { serverTarget } from "./server-target.ts";
import { skipWhen } from "./skip-when.ts";
import { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";

/** Whether workers cannot be tested here, also without Redis. */
export const noWorkersAtAll: boolean = skipWhen(process.platform !== "linux", "workers: this is no Linux") ||
  skipWhen(
    serverTarget() === "deno",
    "workers: this runtime cannot share a port among processes, and refuses them, which is tested",
  );

/** Whether workers that meet in Redis cannot be tested here. */
export const noWorkers: boolean = noWorkersAtAll || skipWhen(!HAS_REDIS, NO_REDIS);

/** A parent with its workers. */
export interface BridgedWorkers extends AsyncDisposable {
  readonly server: RunningServer;
  /** `http://127.0.0.1:PORT/metrics`. */
  readonly metricsUrl: string;
  /** The workers' processes, as the parent said at the start. */
  readonly pids: readonly number[];
  /** The page of the metrics, or the one below it. */
  metrics(below?: string): Promise<string>;
  /** The values of a metric, added up for each worker. */
  metric(name: string): Promise<Readonly<Record<string, number>>>;
  /** Resolves when each worker knows of as many nodes. */
  settled(nodes: number): Promise<void>;
}

/** A parent with its workers, and the Redis that they meet in. */
export interface WorkerProcesses extends BridgedWorkers {
  readonly redis: RedisServer;
}

/** Starts two workers that meet in a Redis, unless another number is asked for. */
export async function startWorkers(options: ServerOptions = {}, workers = 2): Promise<WorkerProcesses> {
  const redis = await startRedis();
  const env = {
    REVERB_SCALING_ENABLED: "true",
    REVERB_SCALING_LEASE_SECONDS: "10",
    ...redis.env,
    ...options.env,
  };
  try {
    const started = await startBridgedWorkers({ ...options, env }, workers);
    return {
      ...started,
      redis,
      async [Symbol.asyncDispose]() {
        await started[Symbol.asyncDispose]();
        await redis[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await redis[Symbol.asyncDispose]();
    throw error;
  }
}

/** Starts two workers that meet without Redis, unless another number is asked for. */
export async function startBridgedWorkers(
  options: ServerOptions = {},
  workers = 2,
): Promise<BridgedWorkers> {
  const server = await startServer({
    ...options,
    // With port 0 the parent finds one that is free, and another test may take it before the workers do.
    args: [...options.args ?? [], "--port", String(await freePort()), "--workers", String(workers)],
    env: { REVERB_METRICS_PORT: "0", REVERB_DRAIN_SECONDS: "0", ...options.env },
  });
  const line = await server.output.waitFor(/Workers: \d/);
  const metricsUrl = await metricsUrlOf(server);
  const pids = (/processes ([\d, ]+)/.exec(line)?.[1] ?? "").split(", ").map(Number);
  const metrics = async (below = ""): Promise<string> => await (await fetch(metricsUrl + below)).text();
  const started: BridgedWorkers = {
    server,
    metricsUrl,
    pids,
    metrics,
    async metric(name) {
      const sums: Record<string, number> = {};
      for (const sample of (await metrics()).split("\n")) {
        if (!sample.startsWith(`${name}{`)) continue;
        const worker = /worker="(\d+)"/.exec(sample)?.[1] ?? "none";
        sums[worker] = (sums[worker] ?? 0) + Number(sample.slice(sample.lastIndexOf(" ")));
      }
      return sums;
    },
    async settled(nodes) {
      await eventually(
        () => started.metric("resound_cluster_nodes"),
        (seen) => Object.values(seen).length === workers && Object.values(seen).every((n) => n === nodes),
      );
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
    },
  };
  await started.settled(workers);
  return started;
}

/** Whether there is such a process, until its parent has asked for its exit code: then all its sockets are closed. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Clients, at least one of them at each worker. */
export async function clientsEverywhere({ server, metric }: BridgedWorkers): Promise<Peer[]> {
  const clients: Peer[] = [];
  // The kernel chooses by a hash: that thirty of them all went to one of two has never been seen, but is no fault either.
  for (;;) {
    clients.push(...await Peer.connectAll(server, 15));
    const connections = Object.values(await metric("resound_connections"));
    if (connections.length === 2 && connections.every((count) => count > 0)) return clients;
  }
}
