import { type RedisCommand, type RedisLink, runAll } from "../../redis/redis-link.ts";
import type { SharedReports } from "../departures/shared-reports.ts";
import type { RedisKeys } from "../redis-keys.ts";
import { COUNT, EVICT } from "../redis-scripts.ts";

/** Topics that are cleared up in one round trip. */
const CHUNK = 200;

/**
 * Takes away all that a node has left in Redis: its holds end (and each user that is present on no other node is announced as removed,
 * once), and its subscriptions and connections count no more. Several nodes may clear up after the same node at a time, and one may go
 * on where another stopped: the node is deleted from the list of nodes last. Answers with how many users were removed, `undefined` when
 * another survivor has deleted the node. Rejects when Redis goes away. `reports` is how the survivor reports what the dead node cannot;
 * absent for a node that leaves in order, which has reported all itself. `mayStillWrite`: it may have sent something that has not arrived.
 */
export async function clearUpNode(
  link: Pick<RedisLink, "run">,
  keys: RedisKeys,
  node: string,
  publish: "PUBLISH" | "SPUBLISH",
  latestVersion: number,
  reports?: SharedReports,
  mayStillWrite = false,
): Promise<number | undefined> {
  const own = keys.node(node);
  const [presences, counted, applications] = await runAll(link, [
    ["SMEMBERS", own.presences],
    ["SMEMBERS", own.counted],
    ["SMEMBERS", own.applications],
  ]) as string[][];

  const tokens = presences!.map((topic) => reports?.wants(topic) === true ? reports.marks.token(topic) : "");
  await reports?.noted();
  const evictions = presences!.map((topic, index): RedisCommand => {
    const { members, references, version, departed, holds } = keys.presence(topic, node);
    return {
      script: EVICT,
      keys: [members, references, version, departed, holds],
      args: [keys.channel(topic), publish, latestVersion, tokens[index]!, mayStillWrite ? "1" : ""],
    };
  });
  let removed = 0;
  for (let start = 0; start < evictions.length; start += CHUNK) {
    const answers = await runAll(link, evictions.slice(start, start + CHUNK));
    for (const [index, answer] of answers.entries()) {
      const [count = 0, users = []] = answer as [number?, string[]?], place = start + index;
      removed += count;
      reports?.evicted(presences![place]!, users, tokens[place]!);
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
    const answers = await runAll(link, rest.slice(start, start + CHUNK));
    for (const [index, answer] of answers.entries()) {
      const topic = counted![start + index];
      if (topic !== undefined && typeof answer === "number") reports?.counted(topic, answer);
    }
  }
  await reports?.clearUp(link, node);
  const lists = [own.presences, own.counted, own.applications, own.occupied, own.departed];
  await runAll(link, lists.map((key): RedisCommand => ["DEL", key]));
  const [deleted] = await runAll(link, [["ZREM", keys.leases, node], ["HDEL", keys.nodes, node]]);
  return deleted === 1 ? removed : undefined;
}
