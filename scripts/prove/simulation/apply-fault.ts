import type { FaultKind } from "../history/entry.ts";
import type { PlannedFault } from "../workload/plan.ts";
import { Keyspace } from "./redis/keyspace.ts";
import type { SimulatedCluster } from "./simulated-cluster.ts";
import type { SimulatedConnection } from "./simulated-client.ts";

const CLOSED = "Redis closed the connection";

/** Lets something break for as long as planned, and mends it. Resolves when it works again. */
export async function applyFault(
  cluster: SimulatedCluster,
  { fault, node: slot, lasts }: PlannedFault,
  connection: SimulatedConnection | undefined,
): Promise<void> {
  const { redis, random } = cluster;
  const last = (milliseconds = lasts): Promise<void> => cluster.pause(milliseconds);
  switch (fault) {
    case "redis-full":
      redis.isFull = true;
      await last();
      redis.isFull = false;
      return;
    case "redis-freeze":
      redis.process.freeze();
      await last();
      return redis.process.thaw();
    case "redis-flush":
      return redis.keys.clear();
    case "redis-kill":
      return redis.cutAll(CLOSED);
    case "redis-restart":
    case "redis-crash":
    case "redis-failover": {
      // What is written from here on a failover loses.
      const kept = redis.keys.copy();
      if (fault === "redis-failover") await last(random.below(300));
      redis.isDown = true;
      redis.cutAll(CLOSED);
      redis.startAnew(
        fault === "redis-restart" ? redis.keys : fault === "redis-crash" ? new Keyspace(redis.time) : kept,
      );
      await last();
      redis.isDown = false;
      return;
    }
    case "slow-reader":
      connection?.stall(true);
      await last();
      return connection?.stall(false);
    default:
      if (slot !== undefined) await breakNode(cluster, fault, slot, last);
  }
}

async function breakNode(
  cluster: SimulatedCluster,
  fault: FaultKind,
  slot: string,
  last: () => Promise<void>,
): Promise<void> {
  const node = cluster.node(slot), { toRedis, process } = node;
  switch (fault) {
    case "kill":
      node.kill();
      await last();
      return void cluster.startNode(slot);
    case "freeze":
      process.freeze();
      await last();
      return process.thaw();
    case "clock":
      process.clockOffset = (cluster.random.below(2) === 0 ? 1 : -1) * cluster.random.below(500_000);
      await last();
      process.clockOffset = 0;
      return;
    case "redis-refused":
      toRedis.isRefused = true;
      node.cutFromRedis();
      break;
    case "redis-half-open":
      toRedis.block("there", "back");
      break;
    case "redis-deaf":
      toRedis.block("there");
      break;
    case "redis-mute":
      toRedis.block("back");
      break;
    case "redis-unheard":
      toRedis.isUnheard = true;
      break;
    case "redis-slow":
      toRedis.slowness = 200 + cluster.random.below(3000);
      break;
    case "redis-lossy":
      toRedis.lossiness = 0.02;
      break;
    case "clients-cut":
      node.clientsAreCut = true;
      node.runtime.cutAll();
      await last();
      node.clientsAreCut = false;
      return;
    case "clients-stalled": {
      // Also of those that have ended meanwhile: their clients have not heard of it.
      const stalled = [...node.runtime.sockets];
      for (const { pipe } of stalled) pipe.route.block("back");
      await last();
      for (const socket of stalled) {
        socket.pipe.route.heal();
        process.run(() => socket.drained());
      }
      return;
    }
    default:
      throw new Error(`The simulation has no ${fault}`);
  }
  await last();
  toRedis.heal();
}
