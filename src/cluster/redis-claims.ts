import type { ClaimBounds, ClaimOutcome, ClusterClaims, KeyClaim } from "../hub/cluster/cluster-claims.ts";
import { type PlainCommand, type RedisLink, redisScript } from "../redis/redis-link.ts";
import { type Damage, isDamage } from "./damage.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** Keys that have ended and are removed by one call, at most. */
const REMOVED_AT_ONCE = 100;

/**
 * Claims a key, or settles it where there is an answer. Keys: ClaimKeys; arguments: key, content, token, answer (empty for none),
 * milliseconds for which an answer is kept, milliseconds after which a claim lapses, keys, bytes. Answers with the state of
 * `ClaimOutcome`, and with the answer of the first call.
 *
 * Each entry is content, line feed, token, line feed, answer. The field without a name has the bytes of all entries; so there is one
 * field more than there are times. Where it is not so, Redis has evicted a part, or another program has written it: all is forgotten.
 */
const CLAIM = redisScript(`
local entries, times, key, content, token, answer = KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local kept, lapse, maxKeys, maxBytes = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local fields, count = redis.call('HLEN', entries), redis.call('ZCARD', times)
if fields + count > 0 and fields ~= count + 1 then redis.call('DEL', entries, times) end

local function read(each)
  local text = redis.call('HGET', entries, each)
  if not text then return end
  return string.match(text, '^([^\\n]*)\\n([^\\n]*)\\n(.*)$')
end

local function hasEnded(each, given)
  local since = tonumber(redis.call('ZSCORE', times, each) or nil)
  return not since or not given or since + (given == '' and lapse or kept) <= now
end

local function forget(each)
  local text = redis.call('HGET', entries, each)
  if text then redis.call('HINCRBY', entries, '', -#each - #text) end
  redis.call('HDEL', entries, each)
  redis.call('ZREM', times, each)
end

for _, each in ipairs(redis.call('ZRANGEBYSCORE', times, '-inf', now - kept, 'LIMIT', 0, ${REMOVED_AT_ONCE})) do
  local _, _, given = read(each)
  if hasEnded(each, given) then forget(each) end
end

local first, holder, given = read(key)
if first and not hasEnded(key, given) and (holder ~= token or given ~= '') then
  if given == '' then return {'running'} end
  if first ~= content then return {'different'} end
  return {'answered', given}
end
forget(key)
local bytes = tonumber(redis.call('HGET', entries, '') or 0) or 0
local text = content .. '\\n' .. token .. '\\n' .. answer
local size = #key + #text
if answer ~= '' and bytes + size > maxBytes then
  text = content .. '\\n' .. token .. '\\n' .. string.match(answer, '^[^ ]*')
  size = #key + #text
elseif bytes + size > maxBytes then
  return {'full'}
end
if redis.call('ZCARD', times) >= maxKeys then return {'full'} end
redis.call('HSET', entries, key, text)
redis.call('HINCRBY', entries, '', size)
redis.call('ZADD', times, string.format('%.0f', now), key)
redis.call('PEXPIRE', entries, math.max(kept, lapse))
redis.call('PEXPIRE', times, math.max(kept, lapse))
return {'claimed'}`);

/** Claims in Redis, by its own clock: one script. What is kept is bounded, and expires with the last answer. */
export class RedisClaims implements ClusterClaims {
  #losses = 0;
  readonly #link: Pick<RedisLink, "run">;
  readonly #keys: Pick<RedisKeys, "claims">;
  readonly #damage: Pick<Damage, "skipped">;

  constructor(
    link: Pick<RedisLink, "run">,
    keys: Pick<RedisKeys, "claims">,
    damage: Pick<Damage, "skipped">,
  ) {
    this.#link = link;
    this.#keys = keys;
    this.#damage = damage;
  }

  get losses(): number {
    return this.#losses;
  }

  /** Redis may have lost its data. */
  lost(): void {
    this.#losses++;
  }

  async claim(claim: KeyClaim, bounds: ClaimBounds): Promise<ClaimOutcome> {
    const [state, answer] = await this.#run(claim, "", bounds);
    if (state === "answered") return { state, answer: String(answer) };
    if (state === "claimed" || state === "running" || state === "different" || state === "full") {
      return { state };
    }
    throw new Error("Redis has given an answer that its script does not have");
  }

  async settle(claim: KeyClaim, answer: string, bounds: ClaimBounds): Promise<void> {
    await this.#run(claim, answer, bounds);
  }

  async #run(
    { applicationId, key, content, token }: KeyClaim,
    answer: string,
    { seconds, lapseSeconds, maxKeys, maxBytes }: ClaimBounds,
  ): Promise<readonly unknown[]> {
    const { entries, times } = this.#keys.claims(applicationId), keys = [entries, times];
    const kept = Math.ceil(seconds * 1000), lapse = Math.ceil(lapseSeconds * 1000);
    const args = [key, content, token, answer, kept, lapse, maxKeys, maxBytes];
    const call = { script: CLAIM, keys, args };
    let [outcome] = await this.#link.run([call]);
    if (isDamage(outcome)) {
      // Another program has written the keys. Which calls there were is not known any more.
      this.#damage.skipped();
      [, outcome] = await this.#link.run([["DEL", ...keys] as PlainCommand, call]);
    }
    if (outcome instanceof Error) throw outcome;
    return Array.isArray(outcome) ? outcome : [];
  }
}
