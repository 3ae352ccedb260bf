import { type RedisServer, type RedisWishes, startRedis } from "./redis-server.ts";
import { keySlot, SLOTS } from "../../src/redis/key-slot.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";

/** A Redis Cluster of a test's own. */
export interface RedisCluster extends AsyncDisposable {
  /** The masters, in the order of their slots. */
  readonly masters: readonly RedisServer[];
  /** `host:port` of all masters, as `REDIS_CLUSTER_NODES` takes it. */
  readonly nodes: string;
  /** The master that has a key or a channel at the start. */
  masterOf(key: string): RedisServer;
  /** Starts a replica of a master; resolves when it has all of its data. Promoted, it takes the place of that master, which is dead. */
  addReplica(master: RedisServer): Promise<{ promote(): Promise<void> }>;
  /** Gives the slot of a key to another master; it MUST hold no keys. */
  moveSlot(key: string, to: RedisServer): Promise<void>;
}

/** Starts masters, by default three, and resolves when each of them says that the cluster is in order. */
export async function startRedisCluster(count = 3, wishes: RedisWishes = {}): Promise<RedisCluster> {
  // Left to itself the bus would take the port plus 10,000, which may be in use or beyond the last one.
  const buses = await Promise.all(Array.from({ length: count }, freePort));
  const masters = await Promise.all(buses.map((bus) => startNode(bus, wishes)));
  const replicas: RedisServer[] = [];
  const [first] = masters;
  if (first === undefined) throw new Error("A cluster needs a master");
  const share = Math.ceil(SLOTS / count);
  await Promise.all(masters.map(async (master, index) => {
    await master.command("CLUSTER", "ADDSLOTSRANGE", index * share, Math.min((index + 1) * share, SLOTS) - 1);
    // Two nodes that begin with the same number would have to agree first.
    await master.command("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
  }));
  for (const [index, master] of masters.entries()) {
    if (index > 0) await first.command("CLUSTER", "MEET", master.host, master.port, buses[index] ?? 0);
  }
  for (const master of masters) {
    await eventually(async () => {
      const info = String(await master.command("CLUSTER", "INFO"));
      return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${count}`);
    });
  }
  const masterOf = (key: string): RedisServer => masters[Math.floor(keySlot(key) / share)] ?? first;
  return {
    masters,
    nodes: masters.map(({ host, port }) => `${host}:${port}`).join(","),
    masterOf,
    async addReplica(master) {
      const replica = await startNode(await freePort(), wishes);
      replicas.push(replica);
      const id = String(await master.command("CLUSTER", "MYID"));
      await replica.command("CLUSTER", "MEET", master.host, master.port, buses[masters.indexOf(master)] ?? 0);
      await eventually(async () => String(await replica.command("CLUSTER", "NODES")).includes(id));
      await replica.command("CLUSTER", "REPLICATE", id);
      await eventually(async () => String(await replica.command("INFO")).includes("master_link_status:up"));
      // A node that is to hear of its promotion must know it.
      const own = String(await replica.command("CLUSTER", "MYID"));
      for (const each of masters) {
        await eventually(async () => {
          const nodes = String(await each.command("CLUSTER", "NODES")).split("\n");
          return nodes.some((line) => line.startsWith(own) && line.includes(`slave ${id}`));
        });
      }
      return {
        // Without a vote: the others would have to find the master dead first, by a time that a busy machine takes to answer.
        promote: async () => void await replica.command("CLUSTER", "FAILOVER", "TAKEOVER"),
      };
    },
    async moveSlot(key, to) {
      const slot = keySlot(key), id = String(await to.command("CLUSTER", "MYID"));
      const from = String(await masterOf(key).command("CLUSTER", "MYID"));
      // Only a master that imports a slot gets a higher number with it: otherwise what the former owner still says would take it back.
      await to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from);
      await to.command("CLUSTER", "SETSLOT", slot, "NODE", id);
      for (const master of masters) {
        if (master !== to) await master.command("CLUSTER", "SETSLOT", slot, "NODE", id);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...masters, ...replicas].map((node) => node[Symbol.asyncDispose]()));
    },
  };
}

function startNode(bus: number, wishes: RedisWishes): Promise<RedisServer> {
  const options = [
    "--cluster-enabled",
    "yes",
    "--cluster-port",
    String(bus),
    // Without a replica no node is taken for dead because the machine is busy.
    "--cluster-node-timeout",
    "30000",
  ];
  return startRedis({ ...wishes, options: [...options, ...wishes.options ?? []] });
}
