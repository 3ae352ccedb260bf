import { expect, test } from "bun:test";
import { SimulatedRedis } from "../../scripts/prove/simulation/redis/simulated-redis.ts";
import { SimulatedProcess } from "../../scripts/prove/simulation/simulated-process.ts";
import { VirtualClock } from "../../scripts/prove/simulation/virtual-clock.ts";
import * as departures from "../../src/cluster/departures/departure-scripts.ts";
import { PUBLISH_MIXED, PUBLISH_PLAIN } from "../../src/cluster/events/event-pack.ts";
import * as logs from "../../src/cluster/events/log-scripts.ts";
import * as leases from "../../src/cluster/membership/lease-scripts.ts";
import * as presence from "../../src/cluster/redis-scripts.ts";
import type { RedisScript } from "../../src/redis/redis-link.ts";
import { SeededRandom } from "../support/churn/seeded-random.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../support/redis-server.ts";
import { skipWhen } from "../support/skip-when.ts";

type Line = readonly (string | number)[];

const KEYS = ["a", "b", "c", "d"], FIELDS = ["x", "y", "z", "ü"], VALUES = ["1", "2", "-3", "x y", "ü", ""];
/** Milliseconds, more than a test takes: for the simulated Redis no time passes meanwhile. */
const LONG = 6_000_000;
/** Answers whose order no command promises. */
const UNORDERED = /^(?:SMEMBERS|HGETALL|HKEYS|HVALS|KEYS)$/;

/** A random command of those that the server uses, on few keys, so that kinds collide. */
function randomCommand(random: SeededRandom): Line {
  const key = random.pick(KEYS)!,
    other = random.pick(KEYS)!,
    field = random.pick(FIELDS)!,
    value = random.pick(VALUES)!;
  const score = random.below(5),
    commands: readonly Line[] = [
      ["GET", key],
      ["SET", key, value],
      ["SET", key, value, "NX"],
      ["SET", key, value, "NX", "PX", LONG],
      ["SET", key, value, "EX", LONG / 1000],
      ["INCR", key],
      ["DEL", key],
      ["DEL", key, other],
      ["EXISTS", key, other],
      ["TYPE", key],
      ["PEXPIRE", key, LONG],
      ["PEXPIRE", key, 0],
      ["PTTL", key],
      ["HSET", key, field, value, random.pick(FIELDS)!, "7"],
      ["HSETNX", key, field, value],
      ["HINCRBY", key, field, score - 2],
      ["HGET", key, field],
      ["HMGET", key, "x", field],
      ["HGETALL", key],
      ["HKEYS", key],
      ["HVALS", key],
      ["HLEN", key],
      ["HSTRLEN", key, field],
      ["HEXISTS", key, field],
      ["HDEL", key, field, "x"],
      ["SADD", key, field, value],
      ["SREM", key, field],
      ["SCARD", key],
      ["SMEMBERS", key],
      ["RPUSH", key, value, field],
      ["LPOP", key],
      ["LLEN", key],
      ["ZADD", key, score, field],
      ["ZREM", key, field, "x"],
      ["ZCARD", key],
      ["ZSCORE", key, field],
      ["ZRANGE", key, 0, -1],
      ["ZRANGE", key, 0, -1, "WITHSCORES"],
      ["ZRANGE", key, score - 2, 1],
      ["ZRANGEBYSCORE", key, "-inf", score],
      ["ZRANGEBYSCORE", key, 1, score, "LIMIT", 0, 2],
      ["XADD", key, "MAXLEN", 3, "*", "m", value],
      ["XADD", key, "*", "m", value],
      ["XTRIM", key, "MINID", 5],
      ["XRANGE", key, "-", "+"],
      ["XREVRANGE", key, "+", "-", "COUNT", 2],
      ["XLEN", key],
      ["PUBLISH", key, value],
    ];
  return random.pick(commands)!;
}

/** A random call of one of the server's own scripts, for few nodes and users. */
function randomScript(random: SeededRandom): Line {
  const node = random.pick(["p.1", "q.1", "q.2"])!,
    user = random.pick(["ann", "bob", "jürgen"])!,
    token = `${node}:${random.below(3)}`;
  const members = ["members", "references", "version", "departed", `holds:${node}`];
  const channel = ["channel", "PUBLISH"], most = 9e15, data = `{"user_id":"${user}"}`;
  const marked = random.below(3) === 0 ? "" : token, limit = random.below(4);
  const calls: readonly (readonly [RedisScript, readonly string[], Line])[] = [
    [presence.JOIN, members, [...channel, most, marked, user, data]],
    [presence.LEAVE, members, [...channel, most, marked, user]],
    [presence.HOLD, members, [...channel, most, marked, user, data]],
    [presence.HOLD, [...members, "holds:q.1"], [
      ...channel,
      most,
      marked,
      "ann",
      '{"user_id":"ann"}',
      user,
      data,
    ]],
    [presence.EVICT, members, [...channel, most, marked]],
    [presence.COUNT, ["counts"], [...channel, node, limit]],
    [presence.ADMIT, ["connections"], [node, limit]],
    [presence.PUBLISH_CACHED, ["event"], [...channel, "E", "frame", 100]],
    [presence.CLAIM, ["claim"], [node, LONG]],
    [departures.ADD_NODE, ["nodes", "departed"], [node, "q.1"]],
    [departures.REMOVE_NODE, ["nodes", "departed"], [node, marked]],
    [departures.BRING_NODE, ["nodes", "departed", "occupied"], [node, "p.1"]],
    [departures.CONFIRM, ["departed"], [`+${user}`, token]],
    [departures.CONFIRM_UNSURE, ["departed", "nodes", "references"], [`+${user}`, marked, user, "p."]],
    [departures.CONFIRM_UNSURE, ["departed", "nodes", "references"], ["#", marked, "", "q."]],
    [departures.IS_PRESENT, ["departed", "nodes", "references"], [`+${user}`, user]],
    [departures.TAKE_OVER, ["departed"], [`${node}:`, "r.1:1"]],
    [leases.BEAT, ["leases", "info"], [node, 600_000, "{}"]],
    [leases.LIST, ["leases", "info"], []],
    [logs.FOLLOW_LOG, ["log"], [LONG]],
    [logs.READ_LOG, ["log"], ["0-0"]],
    [logs.READ_RANGE, ["log"], [LONG, 3, LONG, random.pick(["", "0-0", "5-1"])!, 2]],
    [logs.PUBLISH_LOGGED, ["log"], [
      "channel",
      "PUBLISH",
      "E",
      "p",
      7,
      "7\nframe",
      limit,
      LONG,
      random.below(2),
    ]],
    [logs.PUBLISH_LOGGED, ["log"], [
      ...["channel", "PUBLISH", "E", "p", 7, "7\nframe", limit],
      ...[60_000, 1, "", "", "1"],
    ]],
    [logs.PUBLISH_LOGGED, ["log", "event"], [
      "channel",
      "PUBLISH",
      "C",
      "p",
      7,
      "7\nf",
      2,
      LONG,
      1,
      "f",
      100,
    ]],
  ];
  const events = Array.from({ length: 1 + random.below(4) }, (): readonly [readonly string[], Line] => {
    const logged = ["channel", random.pick(["E", "C"])!, "p", 7, "7\nframe", limit, 60_000, random.below(2)];
    return random.pick<readonly [readonly string[], Line]>([
      [[], ["E", "channel", "message"]],
      [["event"], ["C", "channel", "message", "frame", 100]],
      [["log"], ["L", ...logged]],
      [["log", "event"], ["K", ...logged, "frame", 100]],
      // Each key is of another kind, once the other two have come.
      [["event", "log"], ["K", ...logged, "frame", 100]],
    ])!;
  });
  if (random.below(10) === 0) {
    const keys = events.flatMap(([each]) => each);
    return ["EVAL", PUBLISH_MIXED, keys.length, ...keys, ...events.flatMap(([, each]) => each)];
  }
  if (random.below(20) === 0) return ["EVAL", PUBLISH_PLAIN, 0, "channel", "message", "other", "message"];
  const [script, keys, args] = random.pick(calls)!;
  return ["EVAL", script.source, keys.length, ...keys, ...args];
}

/** An answer without what differs in any two runs: times, the ids that are made of them, the wording of errors. */
function comparable(name: string, answer: unknown): unknown {
  if (answer instanceof Error) return `error ${answer.message.split(/[ :]/)[0]}`;
  if (typeof answer === "string") return answer.replace(/\d{10,}(?:-\d+)?/g, "TIME");
  if (typeof answer === "number") {
    return answer > 1e9 ? "TIME" : name === "PTTL" && answer > 0 ? "TIME" : answer;
  }
  if (!Array.isArray(answer)) return answer;
  const parts = answer.map((each) => comparable("", each));
  if (!UNORDERED.test(name)) return parts;
  const step = name === "HGETALL" ? 2 : 1;
  return Array.from(
    { length: parts.length / step },
    (_, index) => parts.slice(index * step, (index + 1) * step).join("\n"),
  )
    .sort();
}

/** Runs random commands on both and compares each answer. */
async function compare(
  seed: number,
  count: number,
  next: (random: SeededRandom) => Line,
  isFull: boolean,
): Promise<void> {
  await using real = await startRedis(isFull ? { options: ["--maxmemory-policy", "noeviction"] } : {});
  const clock = new VirtualClock(),
    client = { channels: new Set<string>(), message: () => {}, ended: () => {} };
  const simulated = new SimulatedRedis(
    new SimulatedProcess(clock, Math.random, (error) => expect(error).toBeUndefined()),
  );
  const random = new SeededRandom(seed);
  for (let number = 0; number < count; number++) {
    if (isFull && number % 20 === 10) {
      simulated.isFull = !simulated.isFull;
      await real.command("CONFIG", "SET", "maxmemory", simulated.isFull ? "1" : "0");
    }
    const line = next(random), [name, ...args] = line.map(String);
    const expected = await real.command(...line).catch((error: unknown) => error);
    const answer = simulated.run(client, [name!, ...args]);
    // Members come in any order within the answers of scripts too.
    const order = name === "EVAL" ? sorted : (value: unknown): unknown => value;
    expect({ number, line, answer: order(comparable(name!, answer)) })
      .toEqual({ number, line, answer: order(comparable(name!, expected)) });
  }
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map((each) => JSON.stringify(sorted(each))).sort() : value;
}

test.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))(
  "the simulated Redis answers random commands as a real one does",
  async () => {
    await compare(1, 4000, randomCommand, false);
  },
);

test.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("it runs the server's scripts as a real one does", async () => {
  await compare(2, 3000, randomScript, false);
});

test.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("it refuses what a real one refuses without memory", async () => {
  await compare(
    3,
    1500,
    (random) => random.below(2) === 0 ? randomCommand(random) : randomScript(random),
    true,
  );
});
