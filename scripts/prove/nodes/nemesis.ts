import type { Recorder } from "../history/recorder.ts";
import type { PlannedFault } from "../workload/plan.ts";
import type { ProveClient } from "./client.ts";
import type { ProxyMode } from "./fault-proxy.ts";
import type { ProveRedis } from "./prove-redis.ts";
import type { Slot, Slots } from "./slots.ts";

/** What can be broken. */
export interface NemesisParts {
  readonly slots: Slots;
  readonly redis: ProveRedis;
  readonly clients: ReadonlyMap<string, ProveClient>;
  readonly recorder: Recorder;
  readonly random: () => number;
}

/** Seconds that a clock jumps at most, in either direction: an API call that is signed may be 600 seconds off. */
const LONGEST_JUMP = 120;

/** Breaks one thing, lets it be broken for a while, mends it, and records the time. Resolves when it works again. */
export async function breakFor(fault: PlannedFault, parts: NemesisParts): Promise<void> {
  const { recorder, slots, clients } = parts;
  const slot = fault.node === undefined ? undefined : slots.find(fault.node);
  const client = clients.get(fault.client ?? ""), connection = client?.connection;
  if (
    slot !== undefined && slot.node === undefined || fault.client !== undefined && connection === undefined
  ) return;
  const start = recorder.moment();
  await apply(fault, parts, slot, client);
  recorder.add({
    type: "fault",
    kind: fault.fault,
    ...(slot === undefined ? {} : { node: slot.name }),
    ...(connection === undefined ? {} : { connection }),
    start,
    end: recorder.moment(),
  });
}

async function apply(
  { fault, lasts }: PlannedFault,
  { slots, redis, clients, recorder, random }: NemesisParts,
  slot: Slot | undefined,
  client: ProveClient | undefined,
): Promise<void> {
  const away = (): Promise<void> => Bun.sleep(lasts);
  const on = async (
    proxies: readonly { become(mode: ProxyMode): Promise<void> }[],
    mode: ProxyMode,
  ): Promise<void> => {
    await Promise.all(proxies.map((each) => each.become(mode)));
    await away();
    await Promise.all(proxies.map((each) => each.become("pass")));
  };
  const toRedis = slot === undefined ? [] : [slot.redis];
  const toClients = [...clients.values()].filter((each) => each.node === slot?.name).map(({ proxy }) =>
    proxy
  );
  switch (fault) {
    case "redis-refused":
      return await on(toRedis, "refuse");
    case "redis-half-open":
      return await on(toRedis, "half-open");
    case "redis-deaf":
      return await on(toRedis, "deaf");
    case "redis-mute":
      return await on(toRedis, "mute");
    case "redis-slow":
      return await on(toRedis, "slow");
    case "redis-lossy":
      return await on(toRedis, "lossy");
    case "clients-cut":
      return await on(toClients, "refuse");
    case "clients-stalled":
      return await on(toClients, "mute");
    case "slow-reader":
      return await on(client === undefined ? [] : [client.proxy], "mute");
    case "redis-restart":
      return await redis.restart(away);
    case "redis-crash":
      return await redis.crash(away);
    case "redis-failover": {
      await redis.failOver(away);
      // Clients of a Redis that has failed over are led to the new master.
      for (const each of slots.all) each.redis.cut();
      return;
    }
    case "redis-full":
      return await redis.refuseMemory(away);
    case "redis-freeze":
      return await redis.freeze(away);
    case "redis-flush":
      return await redis.flush();
    case "redis-kill":
      return await redis.killClients();
  }
  if (slot?.node === undefined) return;
  const { node } = slot;
  switch (fault) {
    case "kill":
      slot.node = undefined;
      await node.kill();
      await away();
      return await slots.revive(slot, recorder);
    case "freeze":
      node.freeze();
      await away();
      return node.thaw();
    case "clock":
      node.jump?.(Math.round((random() * 2 - 1) * LONGEST_JUMP));
      await away();
      return node.jump?.(0);
    case "handover":
      if (node.handOver !== undefined) return await node.handOver();
      return await replace(slots, slot, recorder);
    case "upgrade":
      return await replace(slots, slot, recorder);
  }
}

/** Stops a node and starts it again, as a process manager does. */
async function replace(slots: Slots, slot: Slot, recorder: Recorder): Promise<void> {
  const { node } = slot;
  slot.node = undefined;
  await node?.stop();
  await slots.revive(slot, recorder);
}
