import { argument, type Commands, reading, removing, wholeNumber, writing } from "./command.ts";
import type { Keyspace } from "./keyspace.ts";
import { RedisError, type Reply } from "./reply.ts";
import { compareIds, readId, Stream, type StreamEntry, textOfId } from "./stream.ts";

/** Members with their scores in order; equal scores by the members' bytes. */
function inOrder(keys: Keyspace, key: string): [member: string, score: number][] {
  const scores = keys.find(key, "zset");
  if (scores === undefined) return [];
  return [...scores].sort(([one, first], [other, second]) => first - second || (one < other ? -1 : 1));
}

function score(text: string): number {
  const number = text === "-inf" ? -Infinity : text === "+inf" ? Infinity : text === "" ? NaN : Number(text);
  if (Number.isNaN(number)) throw new RedisError("ERR value is not a valid float");
  return number;
}

function scoreText(value: number): string {
  return String(value);
}

/** ZRANGE by place, with or without scores. */
function range(keys: Keyspace, args: readonly string[]): Reply {
  const all = inOrder(keys, argument(args, 0)),
    place = (index: number): number => {
      const at = wholeNumber(args[index]);
      return at < 0 ? all.length + at : at;
    };
  const found = all.slice(Math.max(place(1), 0), place(2) + 1);
  const withScores = args[3]?.toUpperCase() === "WITHSCORES";
  return found.flatMap(([member, value]) => withScores ? [member, scoreText(value)] : [member]);
}

/** ZRANGEBYSCORE with closed bounds, with or without LIMIT. */
function rangeByScore(
  keys: Keyspace,
  [key = "", from = "", to = "", limit, start, count]: readonly string[],
): Reply {
  const least = score(from), most = score(to);
  const found = inOrder(keys, key).filter(([, value]) => value >= least && value <= most).map(([member]) =>
    member
  );
  return limit === undefined ? found : found.slice(Number(start), Number(start) + Number(count));
}

/** XADD with MAXLEN and an id that Redis gives. */
function addToStream(keys: Keyspace, [key = "", ...rest]: readonly string[]): Reply {
  let at = 0, most: number | undefined;
  if (rest[0]?.toUpperCase() === "MAXLEN") {
    most = wholeNumber(rest[1]);
    at = 2;
  }
  const fields = rest.slice(at + 1);
  if (rest[at] !== "*" || fields.length === 0 || fields.length % 2 === 1) {
    throw new RedisError("ERR syntax error");
  }
  return textOfId(keys.open(key, "stream", () => new Stream()).add(Math.floor(keys.time), most, fields));
}

function entriesBetween(keys: Keyspace, args: readonly string[], from: string, to: string): StreamEntry[] {
  const least = readId(from, 0), most = readId(to, Infinity);
  const { entries } = keys.find(argument(args, 0), "stream") ?? new Stream();
  return entries.filter(({ id }) => compareIds(id, least) >= 0 && compareIds(id, most) <= 0);
}

function entryReply({ id, fields }: StreamEntry): Reply {
  return [textOfId(id), [...fields]];
}

/** Commands about sorted sets and streams. */
export const ORDERED_COMMANDS: Commands = {
  ZADD: writing((keys, args) => {
    if (args.length < 3 || args.length % 2 === 0) throw new RedisError("ERR syntax error");
    const values = args.filter((_, index) => index % 2 === 1).map(score);
    const scores = keys.open(argument(args, 0), "zset", () => new Map<string, number>()),
      before = scores.size;
    for (const [index, value] of values.entries()) scores.set(args[2 * index + 2]!, value);
    return scores.size - before;
  }),
  ZREM: removing((keys, args) => {
    const key = argument(args, 0), scores = keys.find(key, "zset");
    const removed = args.slice(1).filter((member) => scores?.delete(member)).length;
    keys.dropEmpty(key);
    return removed;
  }),
  ZCARD: reading((keys, args) => keys.find(argument(args, 0), "zset")?.size ?? 0),
  ZSCORE: reading((keys, args) => {
    const found = keys.find(argument(args, 0), "zset")?.get(argument(args, 1));
    return found === undefined ? null : scoreText(found);
  }),
  ZRANGE: reading(range),
  ZRANGEBYSCORE: reading(rangeByScore),

  XADD: writing(addToStream),
  XTRIM: removing((keys, args) => {
    const stream = keys.find(argument(args, 0), "stream");
    if (args[1]?.toUpperCase() !== "MINID") throw new RedisError("ERR syntax error");
    const least = readId(argument(args, 2), 0), before = stream?.entries.length ?? 0;
    if (stream !== undefined) stream.entries = stream.entries.filter(({ id }) => compareIds(id, least) >= 0);
    return before - (stream?.entries.length ?? 0);
  }),
  XRANGE: reading((keys, args) => {
    return entriesBetween(keys, args, argument(args, 1), argument(args, 2)).map(entryReply);
  }),
  XREVRANGE: reading((keys, args) => {
    const entries = entriesBetween(keys, args, argument(args, 2), argument(args, 1)).reverse();
    return entries.slice(0, args[3] === undefined ? Infinity : wholeNumber(args[4])).map(entryReply);
  }),
  XLEN: reading((keys, args) => keys.find(argument(args, 0), "stream")?.entries.length ?? 0),
  XINFO: reading((keys, args) => {
    const stream = keys.find(argument(args, 1), "stream");
    if (stream === undefined) throw new RedisError("ERR no such key");
    return ["length", stream.entries.length, "last-generated-id", textOfId(stream.last)];
  }),
};
