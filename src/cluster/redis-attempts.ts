import type { Timers } from "../failures/timers.ts";
import { within } from "../failures/deadline.ts";
import type { AttemptLimit, ClusterAttempts } from "../hub/cluster/cluster-attempts.ts";
import { type PlainCommand, type RedisLink, redisScript, type ScriptCall } from "../redis/redis-link.ts";
import { type Damage, isDamage } from "./damage.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** Milliseconds that an answer may take: a person waits for it at the sign-in. */
const PATIENCE = 2000;
/** Windows that have ended and are removed by one call, at most. */
const REMOVED_AT_ONCE = 100;

/** Counts an attempt. Keys: AttemptKeys; arguments: caller, attempts, milliseconds, callers. Answers with milliseconds to wait, 0 when counted. */
const COUNT = redisScript(`
local counts, windows, caller = KEYS[1], KEYS[2], ARGV[1]
local attempts, length, callers = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function forget(who)
  redis.call('ZREM', windows, who)
  redis.call('HDEL', counts, who)
end

for _, who in ipairs(redis.call('ZRANGEBYSCORE', windows, '-inf', now - length, 'LIMIT', 0, ${REMOVED_AT_ONCE})) do forget(who) end
local began = tonumber(redis.call('ZSCORE', windows, caller) or nil)
if began and began + length <= now then
  forget(caller)
  began = nil
end
if not began then
  if redis.call('ZCARD', windows) >= callers then forget(redis.call('ZRANGE', windows, 0, 0)[1]) end
  redis.call('ZADD', windows, string.format('%.0f', now), caller)
  began = now
end
if (tonumber(redis.call('HGET', counts, caller) or 0) or 0) >= attempts then return began + length - now end
redis.call('HINCRBY', counts, caller, 1)
redis.call('PEXPIRE', counts, length)
redis.call('PEXPIRE', windows, length)
return 0`);

/** Takes an attempt back. Keys: AttemptKeys; arguments: caller. */
const TAKE_BACK = redisScript(`
local count = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0) or 0
if count > 1 then return redis.call('HINCRBY', KEYS[1], ARGV[1], -1) end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 0`);

/** Counts in Redis, by its own clock. What is kept is bounded, and expires with the last window. */
export class RedisAttempts implements ClusterAttempts {
  readonly #link: Pick<RedisLink, "run">;
  readonly #signIns: readonly string[];
  readonly #calls: readonly string[];
  readonly #damage: Pick<Damage, "skipped">;
  readonly #timers: Pick<Timers, "after">;

  constructor(
    link: Pick<RedisLink, "run">,
    { attempts, calls }: Pick<RedisKeys, "attempts" | "calls">,
    damage: Pick<Damage, "skipped">,
    timers: Pick<Timers, "after">,
  ) {
    this.#timers = timers;
    this.#link = link;
    this.#damage = damage;
    this.#signIns = [attempts.counts, attempts.windows];
    this.#calls = [calls.counts, calls.windows];
  }

  async count(caller: string, { attempts, seconds, callers, of }: AttemptLimit): Promise<number> {
    const args = [caller, attempts, seconds * 1000, callers];
    const keys = of === "calls" ? this.#calls : this.#signIns;
    const wait = await this.#run({ script: COUNT, keys, args });
    return Math.ceil(Number(wait) / 1000);
  }

  async takeBack(caller: string): Promise<void> {
    await this.#run({ script: TAKE_BACK, keys: this.#signIns, args: [caller] });
  }

  async #run(call: ScriptCall): Promise<unknown> {
    const [answer] = await within(PATIENCE, this.#link.run([call]), this.#timers);
    if (!isDamage(answer)) return orThrow(answer);
    // Another program has written the keys. Who has tried before is not known any more.
    this.#damage.skipped();
    const commands = [["DEL", ...call.keys] as PlainCommand, call];
    const [, again] = await within(PATIENCE, this.#link.run(commands), this.#timers);
    return orThrow(again);
  }
}

function orThrow(answer: unknown): unknown {
  if (answer instanceof Error) throw answer;
  return answer;
}
