import { expect, test } from "bun:test";
import { packEvents, PUBLISH_MIXED, PUBLISH_PLAIN } from "../../../../src/cluster/events/event-pack.ts";
import { PUBLISH_LOGGED } from "../../../../src/cluster/events/log-scripts.ts";
import { JOIN, PUBLISH_CACHED } from "../../../../src/cluster/redis-scripts.ts";
import type { RedisCommand } from "../../../../src/redis/redis-link.ts";

const plain = (text: string): RedisCommand => ["PUBLISH", "news", text];
const other: RedisCommand = ["HSET", "k", "f", 1];
const script: RedisCommand = { script: JOIN, keys: ["k"], args: ["channel", "PUBLISH", "x"] };
const cached: RedisCommand = {
  script: PUBLISH_CACHED,
  keys: ["event"],
  args: ["news", "PUBLISH", "Cmessage", "frame", 1800],
};
const logging = ["news", "PUBLISH", "E", "process", 7, "rest", 500, 60_000, ""] as const;
const logged: RedisCommand = { script: PUBLISH_LOGGED, keys: ["log"], args: [...logging] };
const both: RedisCommand = {
  script: PUBLISH_LOGGED,
  keys: ["log", "event"],
  args: [...logging, "frame", 1800],
};

test("events that follow each other are one call, in their order", () => {
  const { commands, unpack } = packEvents([
    plain("a"),
    plain("b"),
    other,
    plain("c"),
    script,
    plain("d"),
    plain("e"),
  ]);
  const call = (...texts: string[]): RedisCommand => [
    ...["EVAL", PUBLISH_PLAIN, 0] as const,
    ...texts.flatMap((text) => ["news", text]),
  ];
  expect(commands).toEqual([call("a", "b"), other, plain("c"), script, call("d", "e")]);
  expect(unpack([[], 3, 4, 5, [2, "no"], "behind"])).toEqual([1, 1, 3, 4, 5, 1, new Error("no")]);
});

test("an event of each kind stands in a call with its keys and arguments", () => {
  const { commands } = packEvents([cached, logged, both, plain("a")]);
  expect(commands).toEqual([[
    ...["EVAL", PUBLISH_MIXED, 4, "event", "log", "log", "event"] as const,
    ...["C", "news", "Cmessage", "frame", 1800],
    ...["L", "news", "E", "process", 7, "rest", 500, 60_000, ""],
    ...["K", "news", "E", "process", 7, "rest", 500, 60_000, "", "frame", 1800],
    ...["E", "news", "a"],
  ]]);
});

test("what is no event, or alone, is sent as it is", () => {
  const commands = [plain("a"), other, cached, script, logged, script, both];
  const pack = packEvents(commands);
  expect(pack.commands).toBe(commands);
  expect(pack.unpack([1, 2])).toEqual([1, 2]);
  expect(packEvents([]).commands).toEqual([]);
});

test("an event that is sent again is a command of its own", () => {
  const again: RedisCommand = { script: PUBLISH_LOGGED, keys: ["log"], args: [...logging, "", "", "1"] };
  expect(packEvents([again, again, logged, logged]).commands).toEqual([
    again,
    again,
    packEvents([logged, logged]).commands[0]!,
  ]);
});

test("each event has its own answer, or the error that Redis has raised for it", () => {
  const { unpack } = packEvents([plain("a"), plain("b"), plain("c")]);
  expect(unpack([[2, "NOPERM no"]])).toEqual([1, new Error("NOPERM no"), 1]);
  const [answer, ...others] = unpack([[1, "NOPERM a", 3, "NOPERM c"]]);
  expect([answer, others]).toEqual([new Error("NOPERM a"), [1, new Error("NOPERM c")]]);
});

test("an error of the call is the error of each of its events", () => {
  const refused = new Error("NOPERM this user has no permissions to run the 'eval' command");
  const { unpack } = packEvents([plain("a"), plain("b"), other]);
  expect(unpack([refused, 1])).toEqual([refused, refused, 1]);
});

test("a call holds about a megabyte at most", () => {
  const large = "x".repeat(400_000);
  const { commands, unpack } = packEvents(Array.from({ length: 5 }, () => plain(large)));
  expect(commands.map((each) => "script" in each ? undefined : each.length)).toEqual([7, 7, 3]);
  expect(unpack([[], [2, "no"], 5])).toEqual([1, 1, 1, new Error("no"), 5]);
  expect(packEvents([plain("y".repeat(2_000_000)), plain("a")]).commands).toHaveLength(2);
});
