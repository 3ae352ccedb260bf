import type { RedisCommand } from "../../redis/redis-link.ts";
import { PUBLISH_CACHED, PUBLISHES_CACHED } from "../redis-scripts.ts";
import { PUBLISH_LOGGED, PUBLISHES_LOGGED } from "./log-scripts.ts";

// The scripts are sent in full (EVAL), so that Redis never has to ask for one that it has forgotten: what was sent again then would come
// behind later events.

/** Characters of the events in one call at most, so that Redis goes on with other clients soon. */
const MOST_OF_CALL = 1_000_000;

/**
 * Publishes events. Arguments: channel and message of each. Answers with a list of what Redis has refused: for each such event its
 * number, from 1 on, and the error.
 */
export const PUBLISH_PLAIN = lean(`
local publish, refused = 'PUBLISH', {}
for at = 1, #ARGV, 2 do
  local answer = redis.pcall(publish, ARGV[at], ARGV[at + 1])
  if type(answer) == 'table' then
    refused[#refused + 1] = (at + 1) / 2
    refused[#refused + 1] = answer.err
  end
end
return refused`);

/**
 * Publishes events of all kinds, each as the command would that stands for it. Keys: those of the events, in their order; arguments: for
 * each event a letter and its arguments: `E` channel, message; `C` as PUBLISH_CACHED and `L` (with one key) or `K` (with two) as
 * PUBLISH_LOGGED, without the publish command. Answers as PUBLISH_PLAIN does.
 */
export const PUBLISH_MIXED = lean(`${PUBLISHES_CACHED}${PUBLISHES_LOGGED}
local publish, at, key, number, refused = 'PUBLISH', 1, 1, 0, {}
local function one()
  local kind, channel = ARGV[at], ARGV[at + 1]
  if kind == 'E' then return redis.call(publish, channel, ARGV[at + 2]) end
  if kind == 'C' then
    return publishCached(KEYS[key], channel, publish, ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
  end
  local kept, frame, seconds = nil, nil, nil
  if kind == 'K' then kept, frame, seconds = KEYS[key + 1], ARGV[at + 9], ARGV[at + 10] end
  return publishLogged(KEYS[key], kept, channel, publish, ARGV[at + 2], ARGV[at + 3], ARGV[at + 4], ARGV[at + 5], ARGV[at + 6],
    ARGV[at + 7], ARGV[at + 8], frame, seconds)
end
local lengths, keys = { E = 3, C = 5, L = 9, K = 11 }, { E = 0, C = 1, L = 1, K = 2 }
while at <= #ARGV do
  local isDone, answer = pcall(one)
  number = number + 1
  if not isDone then
    refused[#refused + 1] = number
    -- Before Redis 7 an error is a text.
    refused[#refused + 1] = type(answer) == 'table' and answer.err or answer
  end
  key = key + keys[ARGV[at]]
  at = at + lengths[ARGV[at]]
end
return refused`);

/** A script without what is only for readers: it is sent in full each time, and Redis looks it up by the hash of its text. */
function lean(source: string): string {
  return source.replaceAll(/^\s*(?:--.*)?\n|^ +/gm, "");
}

/** Commands of which those that publish events are put together. */
export interface EventPack {
  readonly commands: readonly RedisCommand[];
  /** What Redis has answered, as answers to the single commands: of an event in a call 1, or the error. */
  unpack(answers: readonly unknown[]): readonly unknown[];
}

/** Commands that are sent as one: a single one, or several events. */
interface Part {
  readonly first: number;
  count: number;
  /** Characters of its events; `undefined` for what is no event. */
  size: number | undefined;
  /** Whether Redis keeps nothing of any of them. */
  isPlain: boolean;
}

/**
 * Puts events that follow each other into one call: of one that is sent for itself most of the cost is the command around it. The order
 * of all commands stays. MUST NOT be used in a Redis Cluster, where the events of a call would have to be in one slot.
 */
export function packEvents(commands: readonly RedisCommand[]): EventPack {
  const parts: Part[] = [];
  let last: Part | undefined;
  for (const [index, command] of commands.entries()) {
    const letter = letterOf(command), size = letter === undefined ? undefined : sizeOf(command);
    if (size !== undefined && last?.size !== undefined && last.size + size <= MOST_OF_CALL) {
      last.count++;
      last.size += size;
      last.isPlain &&= letter === "E";
    } else parts.push(last = { first: index, count: 1, size, isPlain: letter === "E" });
  }
  if (parts.length === commands.length) return { commands, unpack: (answers) => answers };
  return {
    commands: parts.map((part) => part.count > 1 ? callOf(commands, part) : commands[part.first]!),
    unpack: (answers) =>
      parts.flatMap(({ count }, index) => count > 1 ? answersOf(count, answers[index]) : [answers[index]]),
  };
}

/** Scripts whose events are packed, by what a call has. One that is sent again has more arguments, and is sent for itself. */
const KINDS = [
  { letter: "C", script: PUBLISH_CACHED, keys: 1, args: 5 },
  { letter: "L", script: PUBLISH_LOGGED, keys: 1, args: 9 },
  { letter: "K", script: PUBLISH_LOGGED, keys: 2, args: 11 },
] as const;

/** The letter of an event in PUBLISH_MIXED; `undefined` for any other command. */
function letterOf(command: RedisCommand): string | undefined {
  if (!("script" in command)) return command[0] === "PUBLISH" ? "E" : undefined;
  const { script, keys, args } = command;
  return KINDS.find((each) =>
    each.script === script && each.keys === keys.length && each.args === args.length
  )?.letter;
}

function sizeOf(command: RedisCommand): number {
  let size = 0;
  for (const each of "script" in command ? command.args : command) {
    if (typeof each === "string") size += each.length;
  }
  return size;
}

function callOf(commands: readonly RedisCommand[], { first, count, isPlain }: Part): RedisCommand {
  const keys: string[] = [], args: (string | number)[] = [];
  for (let index = first; index < first + count; index++) {
    const command = commands[index]!;
    if (!("script" in command)) {
      if (!isPlain) args.push("E");
      args.push(command[1]!, command[2]!);
    } else {
      const [channel, , ...others] = command.args;
      keys.push(...command.keys);
      args.push(letterOf(command)!, channel!, ...others);
    }
  }
  return ["EVAL", isPlain ? PUBLISH_PLAIN : PUBLISH_MIXED, keys.length, ...keys, ...args];
}

/** Where Redis refuses the call itself it has published none of its events. */
function answersOf(count: number, answer: unknown): readonly unknown[] {
  if (!Array.isArray(answer)) return new Array<unknown>(count).fill(answer);
  const answers = new Array<unknown>(count).fill(1);
  for (let index = 0; index < answer.length; index += 2) {
    answers[Number(answer[index]) - 1] = new Error(String(answer[index + 1]));
  }
  return answers;
}
