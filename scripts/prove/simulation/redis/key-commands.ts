import { argument, type Commands, reading, removing, wholeNumber, writing } from "./command.ts";
import type { Keyspace } from "./keyspace.ts";
import { RedisError, type Reply, Status } from "./reply.ts";

const OK = new Status("OK");

/** SET with NX, EX and PX. */
function set(keys: Keyspace, [key = "", value = "", ...options]: readonly string[]): Reply {
  let endsAt: number | undefined, onlyNew = false;
  for (let index = 0; index < options.length; index++) {
    const option = options[index]!.toUpperCase();
    if (option === "NX") onlyNew = true;
    else if (option === "EX" || option === "PX") {
      const time = wholeNumber(options[++index]);
      if (time <= 0) throw new RedisError("ERR invalid expire time in 'set' command");
      endsAt = keys.time + time * (option === "EX" ? 1000 : 1);
    } else throw new RedisError("ERR syntax error");
  }
  if (onlyNew && keys.kind(key) !== "none") return null;
  keys.setText(key, value, endsAt);
  return OK;
}

function increase(keys: Keyspace, key: string, by: number): number {
  const number = wholeNumber(keys.find(key, "string") ?? "0") + by;
  keys.keepText(key, String(number));
  return number;
}

function timeToLive(keys: Keyspace, key: string): number {
  if (keys.kind(key) === "none") return -2;
  const end = keys.end(key);
  return end === undefined ? -1 : Math.round(end - keys.time);
}

/** Commands about keys of any kind, and about texts. */
export const KEY_COMMANDS: Commands = {
  GET: reading((keys, args) => keys.find(argument(args, 0), "string") ?? null),
  SET: writing(set),
  INCR: writing((keys, args) => increase(keys, argument(args, 0), 1)),
  DEL: removing((keys, args) => args.filter((key) => keys.delete(key)).length),
  EXISTS: reading((keys, args) => args.filter((key) => keys.kind(key) !== "none").length),
  TYPE: reading((keys, args) => new Status(keys.kind(argument(args, 0)))),
  PTTL: reading((keys, args) => timeToLive(keys, argument(args, 0))),
  PEXPIRE: removing((keys, args) => {
    const key = argument(args, 0), time = wholeNumber(args[1]);
    if (time <= 0) return keys.delete(key) ? 1 : 0;
    return keys.expire(key, keys.time + time) ? 1 : 0;
  }),
  TIME: reading((keys) => {
    const microseconds = Math.floor(keys.time * 1000);
    return [String(Math.floor(microseconds / 1e6)), String(microseconds % 1e6)];
  }),
  FLUSHALL: removing((keys) => {
    keys.clear();
    return OK;
  }),
  KEYS: reading((keys) => keys.keys()),
};
