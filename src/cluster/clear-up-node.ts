import type { RedisCommand, RedisLink } from "../redis/redis-link.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { COUNT, EVICT } from "./redis-scripts.ts";

/** Topics that are cleared up in one round trip. */
const CHUNK = 200;

/**
 * Takes away everything that a node has left in Redis: its users leave (and everyone is told, once), its subscriptions and
 * connections count no more. Several nodes may do this for one dead node at a time, and one may take over where another stopped:
 * the node is forgotten last. Answers with how many users went, `undefined` when another has forgotten the node. Rejects when
 * Redis goes away.
 */
export async function clearUpNode(
  link: RedisLink,
  keys: RedisKeys,
  node: string,
  publish: "PUBLISH" | "SPUBLISH",
): Promise<number | undefined> {
  const own = keys.node(node);
  const [presences, counted, applications] = await run(link, [
    ["SMEMBERS", own.presences],
    ["SMEMBERS", own.counted],
    ["SMEMBERS", own.applications],
  ]) as string[][];

  const evictions = presences!.map((topic): RedisCommand => {
    const { members, references, version, holds } = keys.presence(topic, node);
    return {
      script: EVICT,
      keys: [members, references, version, holds],
      args: [keys.channel(topic), publish],
    };
  });
  let gone = 0;
  for (let start = 0; start < evictions.length; start += CHUNK) {
    for (const count of await run(link, evictions.slice(start, start + CHUNK))) gone += Number(count);
  }
  const rest = counted!.map((topic): RedisCommand => ({
    script: COUNT,
    keys: [keys.counts(topic)],
    args: [keys.channel(topic), publish, node, 0],
  }));
  for (const applicationId of applications!) {
    rest.push(["HDEL", keys.connections(applicationId), node], ["DEL", own.channels(applicationId)]);
  }
  for (let start = 0; start < rest.length; start += CHUNK) await run(link, rest.slice(start, start + CHUNK));
  await run(link, [["DEL", own.presences], ["DEL", own.counted], ["DEL", own.applications]]);
  const [forgotten] = await run(link, [["ZREM", keys.leases, node], ["HDEL", keys.nodes, node]]);
  return forgotten === 1 ? gone : undefined;
}

/** Runs commands of which none may fail. */
async function run(link: RedisLink, commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
  const answers = await link.run(commands);
  for (const answer of answers) if (answer instanceof Error) throw answer;
  return answers;
}
