import { endedStays } from "../ended-stays.ts";
import { presencePicture } from "../presence-picture.ts";
import type { RedisServer } from "../redis-server.ts";
import { connectionsOf, usersOf } from "../api-answers.ts";
import { MEETS_ON_BRIDGE } from "../cluster.ts";
import { type Churn, NEWS, ROOMS } from "./churn.ts";

/** Says what differs between the truth (the connections that are open) and what nodes, clients and Redis have; `[]` when nothing does. */
export async function differences(churn: Churn, redis: RedisServer): Promise<string[]> {
  const found: string[] = [], { open, nodes } = churn;
  for (const room of ROOMS) {
    const truth = [...new Set(open.filter(({ rooms }) => rooms.has(room)).map(({ userId }) => userId))]
      .sort();
    for (const node of nodes) {
      const users = await usersOf(node, room);
      if (users.join() !== truth.join()) {
        found.push(`node ${node.port}: ${room} has [${users}], not [${truth}]`);
      }
    }
    for (const { peer, rooms, userId, node } of open) {
      if (!rooms.has(room)) continue;
      const { users } = presencePicture(sinceLastEntry(peer.received, room), room);
      if (users.join() !== truth.join()) {
        found.push(`${userId} at ${node.port}: ${room} has [${users}], not [${truth}]`);
      }
    }
  }
  for (const node of nodes) {
    const connections = await connectionsOf(node);
    if (connections !== open.length) {
      found.push(`node ${node.port}: ${connections} connections, not ${open.length}`);
    }
  }
  found.push(...await strayKeys(churn, redis));
  return found;
}

/** What no client may ever see, however it went: a member added twice or removed unseen, an event twice or out of order. */
export function impossibilities({ clients }: Churn): string[] {
  const found: string[] = [];
  for (const { peer, userId, node } of clients) {
    const who = `${userId} at ${node.port}`;
    for (const room of ROOMS) {
      found.push(...presencePicture(peer.received, room).faults.map((fault) => `${who}, ${room}: ${fault}`));
    }
    const last = new Map<string, number>();
    for (const raw of peer.received) {
      const { event, channel, data } = JSON.parse(raw) as { event: string; channel?: string; data?: string };
      if (channel !== NEWS || !event.startsWith("from-")) continue;
      const number = Number(data), before = last.get(event) ?? 0;
      if (number <= before) found.push(`${who}: event ${number} ${event} came after ${before}`);
      last.set(event, number);
    }
  }
  return found;
}

function sinceLastEntry(frames: readonly string[], room: string): readonly string[] {
  const entered = frames.findLastIndex((frame) =>
    frame.includes("subscription_succeeded") && frame.includes(`"channel":"${room}"`)
  );
  return entered === -1 ? [] : frames.slice(entered);
}

/** Keys that belong to nodes that are gone, or to empty rooms. */
async function strayKeys({ nodes, open }: Churn, redis: RedisServer): Promise<string[]> {
  if (MEETS_ON_BRIDGE) return [];
  const all = (await redis.command("KEYS", "*") as string[]).sort(), ended = await endedStays(redis, all);
  const keys = all.filter((key) => !ended.has(key));
  const leases = keys.find((key) => key.endsWith("{nodes}:leases"));
  if (leases === undefined) return ["Redis knows of no node"];
  const alive = await redis.command("ZRANGE", leases, 0, -1) as string[];
  const found = alive.length === nodes.length
    ? []
    : [`Redis knows ${alive.length} nodes, not ${nodes.length}`];
  for (const key of keys) {
    const node = /\{node:([^}]+)\}|holds:(.+)$/.exec(key)?.slice(1).find((each) => each !== undefined);
    if (node !== undefined && !alive.includes(node)) found.push(`stray: ${JSON.stringify(key)}`);
    const room = ROOMS.find((each) => key.includes(`\n${each}}`));
    if (room !== undefined && !open.some(({ rooms }) => rooms.has(room))) {
      found.push(`stray: ${JSON.stringify(key)}`);
    }
  }
  return found;
}
