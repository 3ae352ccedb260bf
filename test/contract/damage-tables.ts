import { readFileSync } from "node:fs";
import type { PlainCommand } from "../../src/redis/redis-link.ts";

/** More than any bound that the cluster has for what it reads. */
export const HUGE = "x".repeat(8_000_000);

/** What is written under a key of a kind, by another name each. */
export const DAMAGES: Readonly<
  Record<string, Readonly<Record<string, (key: string) => readonly PlainCommand[]>>>
> = {
  "sorted set": {
    "a field that no node is": (
      key,
    ) => [["ZADD", key, 9e15, "x\ny"], ["ZADD", key, 1, ""], ["ZADD", key, "inf", "z.1"]],
    "a huge field": (key) => [["ZADD", key, 5, HUGE]],
  },
  hash: {
    "fields that cannot be read": (key) => [
      [
        "HSET",
        key,
        "2",
        "no version",
        "x",
        "-1",
        "y",
        "1e400",
        "",
        "nonsense",
        "z",
        "9007199254740993\n{}",
      ],
    ],
    "a huge field": (key) => [["HSET", key, "huge", HUGE]],
  },
  set: {
    "members that mean nothing": (key) => [["SADD", key, "", "\n", "x}y", "app\npresence-}{"]],
    "a huge member": (key) => [["SADD", key, HUGE]],
  },
  list: {
    "texts that mean nothing": (key) => [["RPUSH", key, "", "nonsense", "{}"]],
    "a huge text": (key) => [["RPUSH", key, HUGE]],
  },
  text: {
    "a text that means nothing": (key) => [["SET", key, "nonsense"]],
    "a huge text": (key) => [["SET", key, HUGE]],
    "a number that is too large": (key) => [["SET", key, "9007199254740992"]],
  },
  stream: {
    "entries that mean nothing": (
      key,
    ) => [["XADD", key, "*", "x", ""], ["XADD", key, "*", "m", "no\nmessage"]],
    "a huge entry": (key) => [["XADD", key, "*", "m", HUGE]],
  },
  number: {
    "2^53": (key) => [["SET", key, "9007199254740992"]],
    "a negative number": (key) => [["SET", key, "-5"]],
    "a huge text": (key) => [["SET", key, HUGE]],
    "an hour from now": (key) => [["SET", key, String((Date.now() + 3_600_000) * 1000)]],
  },
};

/** The table of keys, as the page has it: each with the kind of what it holds. */
export function keysOfTable(): [name: string, kind: string][] {
  const page = readFileSync(new URL("../../src/cluster/README.md", import.meta.url), "utf8");
  const section = page.slice(page.indexOf("## Keys in Redis"), page.indexOf("## Messages"));
  return [...section.matchAll(/^\| `([^`]+)` +\| (\S[^|]*?) +\|/gm)].map(([, name, kind]) => [name!, kind!]);
}

/** The first characters of the messages on topics, and the types of those on the control channel, as the page has them. */
export function messagesOfTables(): string[] {
  const page = readFileSync(new URL("../../src/cluster/README.md", import.meta.url), "utf8");
  const section = page.slice(page.indexOf("## Messages"), page.indexOf("## A turn"));
  return [...section.matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
  );
}

const NODE = "aaaaaaaaaa.1", LATE = "9007199254740992";

/** For each message of the tables what another program may send in its place. */
export const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  E: [
    "E",
    "E\n",
    "Ex\ny\nz\nframe",
    `E${NODE}\n1\n1.2\n3`,
    `Eother x y z\n1\n\nframe`,
    `Eother 9007199254740992-0 1-1 1\n2\n\nframe`,
    `E${NODE}\n-1\n\nframe`,
    `E${NODE}\n${LATE}\n\n${HUGE}`,
  ],
  C: ["C", `C${NODE}\nnull\n\n{}`, `C${NODE}\n${LATE}\n\nno frame`],
  "+VERSION": ["+", "+\n", "+1\n", `+${LATE}\n{"user_id":"ghost"}`, `+1732190000000000\nnonsense`],
  "!VERSION": [
    "!",
    `!${LATE}\n{"user_id":"ghost"}`,
    "!9999999999999999\n{}",
    `!${Date.now() * 1000}\nnonsense`,
  ],
  "-VERSION": ["-", "-x\n1", `-${LATE}\n1`, "-1\n2", `-${(Date.now() + 3_600_000) * 1000}\n2`],
  "#SUM": ["#", "#-1", "#NaN", "#1e999"],
  "?": ["?", "??", "?\n1"],
  hello: [
    `{"type":"hello","node":7,"description":{}}`,
    `{"type":"hello","node":"no id","description":{}}`,
    `{"type":"hello","node":"${NODE}","description":{"connections":null}}`,
    `{"type":"hello","node":"${NODE}","description":[]}`,
    `{"type":"hello","node":"${NODE}","description":${JSON.stringify(HUGE)}}`,
  ],
  bye: [`{"type":"bye"}`, `{"type":"bye","node":""}`, `{"type":"bye","node":"${NODE}"}`],
  lost: [`{"type":"lost","node":{}}`, `{"type":"lost","node":"${NODE}"}`],
  present: [
    `{"type":"present","node":[]}`,
    `{"type":"present","node":"${NODE}"}`,
    `{"type":"present","node":"${NODE}","question":"1","asks":"yes"}`,
    `{"type":"present","node":"${NODE}","question":1e308,"asks":true}`,
  ],
  noticed: [`{"type":"noticed","node":"${NODE}"}`, `{"type":"noticed","node":"${NODE}","to":"none"}`],
  unsubscribe: [
    `{"type":"unsubscribe","node":"${NODE}","applicationId":"none","userId":"7"}`,
    `{"type":"unsubscribe","node":"${NODE}","applicationId":"none","userId":"7","pattern":7}`,
    `{"type":"unsubscribe","node":"${NODE}","applicationId":"none","userId":"7","pattern":"${
      "*".repeat(1000)
    }"}`,
  ],
  close: [
    `{"type":"close","node":"${NODE}","applicationId":"none"}`,
    `{"type":"close","node":"${NODE}","applicationId":"none","socketId":"\\u0000"}`,
  ],
  terminate: [
    `{"type":"terminate","node":"${NODE}"}`,
    `{"type":"terminate","node":"${NODE}","applicationId":1,"userId":{}}`,
    `{"type":"terminate","node":"${NODE}","applicationId":"none","userId":"\\u0000"}`,
  ],
  recall: [
    `{"type":"recall","node":"${NODE}","applicationId":1,"name":"x"}`,
    `{"type":"recall","node":"${NODE}","applicationId":"none","name":"x"}`,
  ],
  recalled: [
    `{"type":"recalled","node":"${NODE}","applicationId":"app","name":"x"}`,
    `{"type":"recalled","node":"${NODE}","applicationId":"none","name":"x","isAlive":true}`,
  ],
  missed: [
    `{"type":"missed","node":"${NODE}"}`,
    `{"type":"missed","node":"${NODE}","milliseconds":"all"}`,
    `{"type":"missed","node":"${NODE}","milliseconds":-1}`,
    `{"type":"missed","node":"${NODE}","milliseconds":1e308}`,
  ],
  published: [
    `{"type":"published","node":"${NODE}","to":7,"events":[]}`,
    `{"type":"published","node":"${NODE}","to":"${NODE}","events":{}}`,
    `{"type":"published","node":"${NODE}","to":"${NODE}","events":[["x",1]]}`,
    `{"type":"published","node":"${NODE}","to":"${NODE}","events":[["x",-1,1e308]]}`,
  ],
  restart: [
    `{"type":"restart","node":"${NODE}","target":null}`,
    `{"type":"restart","node":"${NODE}","target":"x"}`,
  ],
};
