import { redisScript } from "../../redis/redis-script.ts";

// Which nodes have somebody on a channel, for applications that want to be told of its first and its last subscriber: the change
// and the answer who made it are one step. What has departed is marked in a hash of the topic (subject -> token) until it is told
// or undone; see cluster-life.ts. A mark that nobody looks after goes by itself.

/** Milliseconds that a mark stays when everyone who knew of it has died. */
export const MARK_LIFE = 600_000;

/**
 * A node has somebody on the channel. Keys: nodes, departed; arguments: node, then its former stays. Answers with 1 when the
 * channel was empty, and had been for long enough.
 */
export const ARRIVE = redisScript(`
local known = redis.call('SADD', KEYS[1], ARGV[1]) == 0
for i = 2, #ARGV do
  if redis.call('SREM', KEYS[1], ARGV[i]) == 1 then known = true end
end
if known or redis.call('SCARD', KEYS[1]) > 1 then return 0 end
return 1 - redis.call('HDEL', KEYS[2], '#')`);

/** A node has nobody on it any more. Keys: nodes, departed; arguments: node, token. Answers with 1 when no other has. */
export const DEPART = redisScript(`
if redis.call('SREM', KEYS[1], ARGV[1]) == 0 then return 0 end
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if ARGV[2] ~= '' then
  redis.call('HSET', KEYS[2], '#', ARGV[2])
  redis.call('PEXPIRE', KEYS[2], ${MARK_LIFE})
end
return 1`);

/** Takes a mark away to tell what it stands for. Keys: departed; arguments: subject, token. Answers with 1 when it was there. */
export const SETTLE = redisScript(`
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])`);

/**
 * As SETTLE, where there may be no mark: Redis has lost it with its data, or the node said so by itself. Then it still is so when
 * nobody is there. Keys: departed, nodes, references; arguments: subject, token (empty when there was none), the user in the subject
 * (empty when it is about none), how the tokens of the node's process begin.
 */
export const SETTLE_UNSURE = redisScript(`
local token = redis.call('HGET', KEYS[1], ARGV[1])
if token and (token == ARGV[2] or ARGV[2] == '' and string.sub(token, 1, #ARGV[4]) == ARGV[4]) then
  return redis.call('HDEL', KEYS[1], ARGV[1])
end
if token then return 0 end
if ARGV[3] == '' then return 1 - redis.call('EXISTS', KEYS[2]) end
return 1 - redis.call('HEXISTS', KEYS[3], ARGV[3])`);

/**
 * Whether somebody is there as far as applications are told: also when they have departed and that is not told yet. Keys: departed,
 * nodes, references; arguments: subject, the user in it (empty when it is about none). Answers with 1 or 0.
 */
export const IS_THERE = redisScript(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 1 end
if ARGV[2] == '' then return redis.call('EXISTS', KEYS[2]) end
return redis.call('HEXISTS', KEYS[3], ARGV[2])`);

/**
 * Takes over the marks of a dead node. Keys: departed; arguments: how its tokens begin, the new token. Answers with each subject and
 * the token that it had.
 */
export const TAKE_OVER = redisScript(`
local taken = {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if string.sub(all[i + 1], 1, #ARGV[1]) == ARGV[1] then
    redis.call('HSET', KEYS[1], all[i], ARGV[2])
    taken[#taken + 1] = all[i]
    taken[#taken + 1] = all[i + 1]
  end
end
return taken`);
