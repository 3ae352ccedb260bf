import { redisScript } from "../redis/redis-link.ts";
import { MARK_MILLISECONDS } from "./departures/departure-scripts.ts";

// All state that must be exact is changed by scripts, which Redis runs one after the other: a change and the message about it are one
// step, so that every node gets the changes of a topic in the same order.
//
// A user is present while at least one node holds it. Each change of the members has a version, one more than the last, by which a node
// notices that it missed one. When the last user leaves, Redis forgets the version; the next one starts at the time in microseconds,
// which is later than all versions before, and its message says that the members begin anew ("!").
//
// With a token the application has its members reported (cluster-reports.ts): Redis answers the node whose call made the change that
// it did, and marks each user that was removed with the token until its departure is reported.
//
// Messages: "+version\nchannel_data" added, "!version\nchannel_data" added as the first of all, "-version\nuser" removed.

const PRESENCE = `
local members, references, version, departed, holds = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local channel, publish, token = ARGV[1], ARGV[2], ARGV[3]
local added, removed = {}, {}

local function nextVersion()
  local number = redis.call('INCR', version)
  if number > 1 then return string.format('%.0f', number), '+' end
  local time = redis.call('TIME')
  local started = time[1] .. string.format('%06d', time[2])
  redis.call('SET', version, started)
  -- Members without a version: Redis has evicted it. Every node sees a gap, and asks for all members.
  return started, redis.call('EXISTS', members) == 0 and '!' or '+'
end

local function join(user, data)
  if redis.call('SADD', holds, user) == 0 then return end
  if redis.call('HINCRBY', references, user, 1) > 1 then return end
  local number, sign = nextVersion()
  redis.call('HSET', members, user, number .. '\\n' .. data)
  redis.call(publish, channel, sign .. number .. '\\n' .. data)
  if token ~= '' and redis.call('HDEL', departed, '+' .. user) == 0 then added[#added + 1] = user end
end

local function leave(user)
  if redis.call('SREM', holds, user) == 0 then return 0 end
  if redis.call('HINCRBY', references, user, -1) > 0 then return 0 end
  redis.call('HDEL', references, user)
  redis.call('HDEL', members, user)
  local number = nextVersion()
  redis.call(publish, channel, '-' .. number .. '\\n' .. user)
  if redis.call('EXISTS', members) == 0 then redis.call('DEL', version) end
  if token ~= '' then
    redis.call('HSET', departed, '+' .. user, token)
    redis.call('PEXPIRE', departed, ${MARK_MILLISECONDS})
    removed[#removed + 1] = user
  end
  return 1
end
`;

/**
 * A node holds one user more. Keys: PresenceKeys; arguments: channel, publish command, token, user, `channel_data`. Answers with the
 * version, and with the user in a list when this added it and there was no mark to take away.
 */
export const JOIN = redisScript(`${PRESENCE}
join(ARGV[4], ARGV[5])
return { redis.call('GET', version), added }`);

/** A node holds one user less. Keys: PresenceKeys; arguments: channel, publish command, token, user. Answers with 1 when this removed it. */
export const LEAVE = redisScript(`${PRESENCE}
return leave(ARGV[4])`);

/**
 * A node holds the given users and no others. Keys: PresenceKeys, then the holds of its former stays, which end here; arguments:
 * channel, publish command, token, then a user and its `channel_data` each. Answers with the version, all members, and (with a token)
 * the users that were added and removed by it.
 */
export const HOLD = redisScript(`${PRESENCE}
local wanted = {}
for i = 4, #ARGV, 2 do wanted[ARGV[i]] = true end
for _, user in ipairs(redis.call('SMEMBERS', holds)) do
  if not wanted[user] then leave(user) end
end
for i = 4, #ARGV, 2 do join(ARGV[i], ARGV[i + 1]) end
for i = 6, #KEYS do
  holds = KEYS[i]
  for _, user in ipairs(redis.call('SMEMBERS', holds)) do leave(user) end
end
return { redis.call('GET', version), redis.call('HGETALL', members), added, removed }`);

/**
 * Ends all holds of a node. Keys: PresenceKeys of that node; arguments: channel, publish command, token. Answers with how many users
 * were removed, and (with a token) which.
 */
export const EVICT = redisScript(`${PRESENCE}
local count = 0
for _, user in ipairs(redis.call('SMEMBERS', holds)) do count = count + leave(user) end
return { count, removed }`);

/**
 * Sets a node's subscriptions to a channel and publishes the sum over all nodes ("#sum"). Keys: the counts; arguments: channel, publish
 * command, node, subscriptions.
 */
export const COUNT = redisScript(`
if ARGV[4] == '0' then redis.call('HDEL', KEYS[1], ARGV[3])
else redis.call('HSET', KEYS[1], ARGV[3], ARGV[4]) end
local sum = 0
for _, count in ipairs(redis.call('HVALS', KEYS[1])) do sum = sum + count end
redis.call(ARGV[2], ARGV[1], '#' .. string.format('%.0f', sum))
return sum`);

/**
 * Counts one more connection of a node, where the application has fewer than its limit. Keys: the connections; arguments: node, limit.
 * Answers with 1 or 0.
 */
export const ADMIT = redisScript(`
local sum = 1
for _, connections in ipairs(redis.call('HVALS', KEYS[1])) do sum = sum + connections end
if sum > tonumber(ARGV[2]) then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
return 1`);

/**
 * Publishes an event and keeps it. Keys: the event; arguments: channel, publish command, message, frame, seconds. Where Redis has no
 * memory left for it, the event is published all the same, and the one that was kept before it is deleted.
 */
export const PUBLISH_CACHED = redisScript(`
redis.call(ARGV[2], ARGV[1], ARGV[3])
local kept = redis.pcall('SET', KEYS[1], ARGV[4], 'EX', ARGV[5])
if type(kept) == 'table' and kept.err then redis.call('DEL', KEYS[1]) end
return 1`);

/**
 * Renews a node's lease. Keys: leases, nodes; arguments: node, lease in milliseconds, JSON of the node. Answers with 1 when the
 * lease had not ended, the time in milliseconds, all leases, all nodes.
 */
export const BEAT = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
local held = 0
if ends and tonumber(ends) >= now then held = 1 end
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return {
  held,
  string.format('%.0f', now),
  redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'),
  redis.call('HGETALL', KEYS[2]),
}`);

/** Lists the nodes. Keys: leases, nodes. Answers with the time in milliseconds, all leases, all nodes. */
export const LIST = redisScript(`
local time = redis.call('TIME')
return {
  string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)),
  redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'),
  redis.call('HGETALL', KEYS[2]),
}`);
