import type { RedisCommand } from "../../redis/redis-link.ts";
import { PUBLISH_CACHED, PUBLISHES_CACHED } from "../redis-scripts.ts";
import { PUBLISH_LOGGED, PUBLISHES_LOGGED } from "./log-scripts.ts";

// The scripts are sent in full (EVAL), so that Redis never has to ask for one that it has forgotten: what was sent again then would come
// behind later events.

/** Characters of the events in one call at most, so that Redis goes on with other clients soon. */
const MOST_OF_CALL = 1_000_000;

/**
 * Publishes events. Arguments: channel and message of each. Answers with a list: for each event how many it has reached, or a list of
 * the error that Redis has raised.
 */
export const PUBLISH_PLAIN = lean(`
local publish, answers = 'PUBLISH', {}
for at = 1, #ARGV, 2 do
  local answer = redis.pcall(publish, ARGV[at], ARGV[at + 1])
  if type(answer) == 'table' then answer = { answer.err } end
  answers[#answers + 1] = answer
end
return answers`);

/**
 * Publishes events of all kinds, each as the command would that stands for it. Keys: those of the events, in their order; arguments: for
 * each event a letter and its arguments: `E` channel, message; `C` as PUBLISH_CACHED and `L` (with one key) or `K` (with two) as
 * PUBLISH_LOGGED, without the publish command. Answers as PUBLISH_PLAIN does.
 */
export const PUBLISH_MIXED = lean(`${PUBLISHES_CACHED}${PUBLISHES_LOGGED}
local publish, at, key, answers = 'PUBLISH', 1, 1, {}
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
  -- Before Redis 7 an error is a text.
  if not isDone then answer = { type(answer) == 'table' and answer.err or answer } end
  answers[#answers + 1] = answer
  key = key + keys[ARGV[at]]
  at = at + lengths[ARGV[at]]
end
return answers`);

/** A script without what is only for readers: it is sent in full each time, and Redis looks it up by the hash of its text. */
function lean(source: string): string {
  return source.replaceAll(/^\s*(?:--.*)?\n|^ +/gm, "");
}

/** Commands of which those that publish events are put together. */
export interface EventPack {
  readonly commands: readonly RedisCommand[];
  /** What Redis has answered, as answers to the single commands. */
  unpack(answers: readonly unknown[]): readonly unknown[];
}

interface PackedEvent {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** A single command, or several events. */
interface Part {
  readonly first: RedisCommand;
  readonly events: PackedEvent[];
  size: number;
}

/**
 * Puts events that follow each other into one call: of one that is sent for itself most of the cost is the command around it. The order
 * of all commands stays. MUST NOT be used in a Redis Cluster, where the events of a call would have to be in one slot.
 */
export function packEvents(commands: readonly RedisCommand[]): EventPack {
  const parts: Part[] = [];
  for (const command of commands) {
    const event = eventOf(command), last = parts.at(-1), size = event === undefined ? 0 : sizeOf(event);
    if (
      event !== undefined && last !== undefined && last.events.length > 0 && last.size + size <= MOST_OF_CALL
    ) {
      last.events.push(event);
      last.size += size;
    } else parts.push({ first: command, events: event === undefined ? [] : [event], size });
  }
  if (parts.length === commands.length) return { commands, unpack: (answers) => answers };
  return {
    commands: parts.map(({ first, events }) => events.length > 1 ? callOf(events) : first),
    unpack: (answers) =>
      parts.flatMap(({ events }, index) =>
        events.length > 1 ? answersOf(events, answers[index]) : [answers[index]]
      ),
  };
}

/** Scripts whose events are packed, by what a call has. One that is sent again has more arguments, and is sent for itself. */
const KINDS = [
  { letter: "C", script: PUBLISH_CACHED, keys: 1, args: 3 },
  { letter: "L", script: PUBLISH_LOGGED, keys: 1, args: 7 },
  { letter: "K", script: PUBLISH_LOGGED, keys: 2, args: 9 },
] as const;

/** The letter of an event and its arguments in PUBLISH_MIXED; `undefined` for any other command. */
function eventOf(command: RedisCommand): PackedEvent | undefined {
  if (!("script" in command)) {
    const [name, ...args] = command;
    return name === "PUBLISH" ? { keys: [], args: ["E", ...args] } : undefined;
  }
  const { script, keys, args: [channel, , ...rest] } = command;
  const kind = KINDS.find((each) =>
    each.script === script && each.keys === keys.length && each.args === rest.length
  );
  if (kind === undefined || channel === undefined) return undefined;
  return { keys, args: [kind.letter, channel, ...rest] };
}

function sizeOf({ args }: PackedEvent): number {
  let size = 0;
  for (const each of args) if (typeof each === "string") size += each.length;
  return size;
}

function callOf(events: readonly PackedEvent[]): RedisCommand {
  if (events.every(({ args: [kind] }) => kind === "E")) {
    return ["EVAL", PUBLISH_PLAIN, 0, ...events.flatMap(({ args }) => args.slice(1))];
  }
  const keys = events.flatMap((each) => each.keys);
  return ["EVAL", PUBLISH_MIXED, keys.length, ...keys, ...events.flatMap(({ args }) => args)];
}

/** Where Redis refuses the call itself it has published none of its events. */
function answersOf(events: readonly PackedEvent[], answer: unknown): readonly unknown[] {
  const answers: readonly unknown[] = Array.isArray(answer) ? answer : [];
  return events.map((_, index) => {
    const each = Array.isArray(answer) ? answers[index] : answer;
    return Array.isArray(each) ? new Error(String(each[0])) : each;
  });
}
