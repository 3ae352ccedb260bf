import type { RedisCommand, RedisLink } from "../../redis/redis-link.ts";
import type { ReportReceiver } from "../../hub/cluster/cluster-reports.ts";
import type { RedisKeys } from "../redis-keys.ts";
import { COUNT, EVICT } from "../redis-scripts.ts";
import type { SharedLife } from "../departures/shared-life.ts";

/** Topics that are cleared up in one round trip. */
const CHUNK = 200;

/** Tells applications what a dead node cannot tell them any more. */
export interface Survivor {
  readonly life: ReportReceiver;
  readonly shared: SharedLife;
}

/**
 * Takes away everything that a node has left in Redis: its users leave (and everyone is told, once), its subscriptions and
 * connections count no more. Several nodes may do this for one dead node at a time, and one may take over where another stopped:
 * the node is forgotten last. Answers with how many users went, `undefined` when another has forgotten the node. Rejects when
 * Redis goes away. A `survivor` tells applications of it; a node that leaves by itself has done so.
 */
export async function clearUpNode(
  link: RedisLink,
  keys: RedisKeys,
  node: string,
  publish: "PUBLISH" | "SPUBLISH",
  survivor?: Survivor,
): Promise<number | undefined> {
  const own = keys.node(node);
  const [presences, counted, applications] = await run(link, [
    ["SMEMBERS", own.presences],
    ["SMEMBERS", own.counted],
    ["SMEMBERS", own.applications],
  ]) as string[][];

  const tokens = presences!.map((topic) =>
    survivor?.life.wants(topic) === true ? survivor.shared.marks.token(topic) : ""
  );
  await survivor?.shared.noted();
  const evictions = presences!.map((topic, index): RedisCommand => {
    const { members, references, version, departed, holds } = keys.presence(topic, node);
    return {
      script: EVICT,
      keys: [members, references, version, departed, holds],
      args: [keys.channel(topic), publish, tokens[index]!],
    };
  });
  let gone = 0;
  for (let start = 0; start < evictions.length; start += CHUNK) {
    const answers = await run(link, evictions.slice(start, start + CHUNK));
    for (const [index, answer] of answers.entries()) {
      const [count, users] = answer as [number, string[]], place = start + index;
      gone += count;
      survivor?.shared.evicted(presences![place]!, users, tokens[place]!);
    }
  }
  const rest = counted!.map((topic): RedisCommand => ({
    script: COUNT,
    keys: [keys.counts(topic)],
    args: [keys.channel(topic), publish, node, 0],
  }));
  for (const applicationId of applications!) {
    rest.push(["HDEL", keys.connections(applicationId), node], ["DEL", own.channels(applicationId)]);
  }
  for (let start = 0; start < rest.length; start += CHUNK) {
    const answers = await run(link, rest.slice(start, start + CHUNK));
    for (const [index, answer] of answers.entries()) {
      const topic = counted![start + index];
      if (topic !== undefined && survivor?.life.wants(topic) === true) {
        survivor.life.counted(topic, Number(answer));
      }
    }
  }
  await survivor?.shared.clearUp(link, node);
  const lists = [own.presences, own.counted, own.applications, own.occupied, own.departed];
  await run(link, lists.map((key): RedisCommand => ["DEL", key]));
  const [forgotten] = await run(link, [["ZREM", keys.leases, node], ["HDEL", keys.nodes, node]]);
  return forgotten === 1 ? gone : undefined;
}

/** Runs commands of which none may fail. */
async function run(link: RedisLink, commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
  const answers = await link.run(commands);
  for (const answer of answers) if (answer instanceof Error) throw answer;
  return answers;
}
