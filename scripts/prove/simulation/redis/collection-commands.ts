import { argument, type Commands, reading, removing, wholeNumber, writing } from "./command.ts";
import type { Keyspace } from "./keyspace.ts";
import { RedisError } from "./reply.ts";

function hash(keys: Keyspace, args: readonly string[]): Map<string, string> | undefined {
  return keys.find(argument(args, 0), "hash");
}

function openHash(keys: Keyspace, args: readonly string[]): Map<string, string> {
  return keys.open(argument(args, 0), "hash", () => new Map<string, string>());
}

function set(keys: Keyspace, args: readonly string[]): Set<string> | undefined {
  return keys.find(argument(args, 0), "set");
}

/** Takes members away, and the key with the last one. Answers with how many there were. */
function remove(
  keys: Keyspace,
  args: readonly string[],
  from: { delete(member: string): boolean } | undefined,
): number {
  const removed = args.slice(1).filter((member) => from?.delete(member)).length;
  keys.dropEmpty(argument(args, 0));
  return removed;
}

/** Commands about hashes, sets and lists. */
export const COLLECTION_COMMANDS: Commands = {
  HSET: writing((keys, args) => {
    if (args.length < 3 || args.length % 2 === 0) {
      throw new RedisError("ERR wrong number of arguments for 'hset' command");
    }
    const fields = openHash(keys, args), before = fields.size;
    for (let index = 1; index < args.length; index += 2) fields.set(args[index]!, args[index + 1]!);
    return fields.size - before;
  }),
  HSETNX: writing((keys, args) => {
    const fields = openHash(keys, args), field = argument(args, 1);
    if (fields.has(field)) return 0;
    fields.set(field, argument(args, 2));
    return 1;
  }),
  HINCRBY: writing((keys, args) => {
    const field = argument(args, 1), by = wholeNumber(args[2]);
    const number = wholeNumber(hash(keys, args)?.get(field) ?? "0", "hash value") + by;
    openHash(keys, args).set(field, String(number));
    return number;
  }),
  HGET: reading((keys, args) => hash(keys, args)?.get(argument(args, 1)) ?? null),
  HMGET: reading((keys, args) => {
    const fields = hash(keys, args);
    return args.slice(1).map((field) => fields?.get(field) ?? null);
  }),
  HGETALL: reading((keys, args) => [...hash(keys, args) ?? []].flat()),
  HKEYS: reading((keys, args) => [...hash(keys, args)?.keys() ?? []]),
  HVALS: reading((keys, args) => [...hash(keys, args)?.values() ?? []]),
  HLEN: reading((keys, args) => hash(keys, args)?.size ?? 0),
  HSTRLEN: reading((keys, args) => hash(keys, args)?.get(argument(args, 1))?.length ?? 0),
  HEXISTS: reading((keys, args) => hash(keys, args)?.has(argument(args, 1)) === true ? 1 : 0),
  HDEL: removing((keys, args) => remove(keys, args, hash(keys, args))),

  SADD: writing((keys, args) => {
    argument(args, 1);
    const members = keys.open(argument(args, 0), "set", () => new Set<string>()), before = members.size;
    for (const member of args.slice(1)) members.add(member);
    return members.size - before;
  }),
  SREM: removing((keys, args) => remove(keys, args, set(keys, args))),
  SCARD: reading((keys, args) => set(keys, args)?.size ?? 0),
  SMEMBERS: reading((keys, args) => [...set(keys, args) ?? []]),

  RPUSH: writing((keys, args) => {
    argument(args, 1);
    return keys.open(argument(args, 0), "list", () => []).push(...args.slice(1));
  }),
  LPOP: removing((keys, args) => {
    const key = argument(args, 0), first = keys.find(key, "list")?.shift() ?? null;
    keys.dropEmpty(key);
    return first;
  }),
  LLEN: reading((keys, args) => keys.find(argument(args, 0), "list")?.length ?? 0),
};
