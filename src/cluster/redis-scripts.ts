import { redisScript } from "../redis/redis-link.ts";
import { MARK_MILLISECONDS } from "./departures/departure-scripts.ts";

/** Bytes of a member at most. */
const MOST_OF_MEMBER = 4_194_304;

// All state that must be exact is changed by scripts, which Redis runs one after the other: a change and the message about it are one
// step, so that every node gets the changes of a topic in the same order.
//
// A user is present while at least one node holds it. Each change of the members has a version, one more than the last, by which a node
// notices that it missed one. When the last user leaves, Redis forgets the version; the next one starts at the time in microseconds,
// which is later than all versions before, and its message says that the members begin anew ("!"). A version that another program has
// written counts only when it is one, and no more than the latest that there can be, which the node says (a minute after Redis's own
// clock). Otherwise it starts anew too, and every node sees a gap and asks for all members.
//
// With a token the application has its members reported (cluster-reports.ts): Redis answers the node whose call made the change that
// it did, and marks each user that was removed with the token until its departure is reported.
//
// What a node has sent may arrive when the others have given it up and cleared up after its stay. So the key of the stay's holds then says
// for a while that it has ended (ENDED), and what comes for it is refused.
//
// Messages: "+version\nchannel_data" added, "!version\nchannel_data" added as the first of all, "-version\nuser" removed.

/** What the key of a stay's holds has in place of them once the stay was cleared up. */
const ENDED = "ended";
/** Milliseconds for which it has: longer than what was sent may be on its way. */
const ENDED_MILLISECONDS = 120_000;

/** How the error of JOIN, LEAVE and HOLD begins where the others have cleared up after the node's stay. */
export const STAY_ENDED = "ENDED";

const PRESENCE = `
local members, references, version, departed, holds = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local channel, publish, latest, token = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local added, removed = {}, {}

local function hasEnded(key)
  return redis.call('TYPE', key).ok == 'string' and redis.call('GET', key) == '${ENDED}'
end

local function now()
  local time = redis.call('TIME')
  return time[1] .. string.format('%06d', time[2])
end

-- The version of members that are there.
local function versionOfMembers()
  local text = redis.pcall('GET', version)
  if type(text) == 'string' and #text <= 16 and string.find(text, '^%d+$') and tonumber(text) <= latest then return text end
  if redis.call('EXISTS', members) == 0 then return false end
  text = now()
  redis.call('SET', version, text)
  return text
end

local function nextVersion()
  local number = redis.pcall('INCR', version)
  if type(number) == 'number' and number > 1 and number <= latest then return string.format('%.0f', number), '+' end
  local started = now()
  redis.call('SET', version, started)
  -- Members without a version that can be one: Redis has evicted it, or another program has written it. Every node sees a gap, and asks
  -- for all members.
  return started, redis.call('EXISTS', members) == 0 and '!' or '+'
end

local function isReadable(value)
  return value and #value <= ${MOST_OF_MEMBER} and string.find(value, '^%d+\\n%s*{') ~= nil
end

-- Whether Redis knows a user that the node holds, as one that can be read.
local function isKnown(user)
  return redis.call('HEXISTS', references, user) == 1 and isReadable(redis.call('HGET', members, user))
end

-- All members, without those that cannot be read and that no node holds.
local function soundMembers()
  local all = redis.call('HGETALL', members)
  local sound = {}
  for index = 1, #all, 2 do
    if isReadable(all[index + 1]) or redis.call('HEXISTS', references, all[index]) == 1 then
      sound[#sound + 1] = all[index]
      sound[#sound + 1] = all[index + 1]
    else
      redis.call('HDEL', members, all[index])
    end
  end
  return sound
end

-- With isSure a user that is held already is not looked at.
local function join(user, data, isSure)
  local isRepaired = true
  if redis.call('SADD', holds, user) == 0 then
    if isSure or isKnown(user) then return end
    redis.call('HSETNX', references, user, 1)
  elseif redis.call('HINCRBY', references, user, 1) > 1 then
    if isSure or isKnown(user) then return end
  else
    isRepaired = false
  end
  local number, sign = nextVersion()
  redis.call('HSET', members, user, number .. '\\n' .. data)
  redis.call(publish, channel, sign .. number .. '\\n' .. data)
  if token ~= '' and redis.call('HDEL', departed, '+' .. user) == 0 and not isRepaired then
    added[#added + 1] = user
  end
  return number
end

local function leave(user)
  if redis.call('SREM', holds, user) == 0 then return 0 end
  local left = redis.call('HINCRBY', references, user, -1)
  if left > 0 then return 0 end
  redis.call('HDEL', references, user)
  if redis.call('HDEL', members, user) == 0 and left < 0 then return 0 end
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

const UNLESS_ENDED = `
if hasEnded(holds) then return { err = '${STAY_ENDED} the others have given this node up' } end`;

/**
 * A node holds one user more. Keys: PresenceKeys; arguments: channel, publish command, latest version, token, user, `channel_data`. Answers
 * with the version, and with the user in a list when this added it and there was no mark to take away.
 */
export const JOIN = redisScript(`${PRESENCE}${UNLESS_ENDED}
return { join(ARGV[5], ARGV[6], true) or versionOfMembers() or now(), added }`);

/** A node holds one user less. Keys: PresenceKeys; arguments: channel, publish command, latest version, token, user. Answers with 1 when this removed it. */
export const LEAVE = redisScript(`${PRESENCE}${UNLESS_ENDED}
return leave(ARGV[5])`);

/**
 * A node holds the given users and no others. Keys: PresenceKeys, then the holds of its former stays, which end here; arguments:
 * channel, publish command, latest version, token, then a user and its `channel_data` each. Answers with the version, all members, (with
 * a token) the users that were added and removed by it, and 1 where the others have cleared up after a former stay, otherwise 0.
 */
export const HOLD = redisScript(`${PRESENCE}${UNLESS_ENDED}
local wanted = {}
for i = 5, #ARGV, 2 do wanted[ARGV[i]] = true end
for _, user in ipairs(redis.call('SMEMBERS', holds)) do
  if not wanted[user] then leave(user) end
end
for i = 5, #ARGV, 2 do join(ARGV[i], ARGV[i + 1]) end
local wasGivenUp = 0
for i = 6, #KEYS do
  holds = KEYS[i]
  if hasEnded(holds) then wasGivenUp = 1
  else
    for _, user in ipairs(redis.call('SMEMBERS', holds)) do leave(user) end
  end
end
local sound = soundMembers()
return { versionOfMembers(), sound, added, removed, wasGivenUp }`);

/**
 * Ends all holds of a node. Keys: PresenceKeys of that node; arguments: channel, publish command, latest version, token, "1" where the
 * node may still have sent something. Answers with how many users were removed, and (with a token) which.
 */
export const EVICT = redisScript(`${PRESENCE}
if hasEnded(holds) then return { 0, {} } end
local count = 0
for _, user in ipairs(redis.call('SMEMBERS', holds)) do count = count + leave(user) end
if ARGV[5] == '1' then redis.pcall('SET', holds, '${ENDED}', 'PX', ${ENDED_MILLISECONDS}) end
return { count, removed }`);

/** A field that is no number of up to nine digits counts as 0. */
const NUMBER = `
local function number(text)
  return #text <= 9 and string.find(text, '^%d+$') and tonumber(text) or 0
end
`;

/**
 * Sets a node's subscriptions to a channel and publishes the sum over all nodes ("#sum"). Keys: the counts; arguments: channel, publish
 * command, node, subscriptions.
 */
export const COUNT = redisScript(`${NUMBER}
if ARGV[4] == '0' then redis.call('HDEL', KEYS[1], ARGV[3])
else redis.call('HSET', KEYS[1], ARGV[3], ARGV[4]) end
local sum = 0
for _, count in ipairs(redis.call('HVALS', KEYS[1])) do sum = sum + number(count) end
redis.call(ARGV[2], ARGV[1], '#' .. string.format('%.0f', sum))
return sum`);

/**
 * Counts one more connection of a node, where the application has fewer than its limit. Keys: the connections; arguments: node, limit.
 * Answers with 1 or 0.
 */
export const ADMIT = redisScript(`${NUMBER}
local sum = 1
for _, connections in ipairs(redis.call('HVALS', KEYS[1])) do sum = sum + number(connections) end
if sum > tonumber(ARGV[2]) then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
return 1`);

/** Publishes an event and keeps it under a key for so many seconds. */
export const PUBLISHES_CACHED = `
local function publishCached(key, channel, publish, message, frame, seconds)
  redis.call(publish, channel, message)
  local kept = redis.pcall('SET', key, frame, 'EX', seconds)
  if type(kept) == 'table' and kept.err then redis.call('DEL', key) end
  return 1
end
`;

/**
 * Publishes an event and keeps it. Keys: the event; arguments: channel, publish command, message, frame, seconds. Where Redis has no
 * memory left for it, the event is published all the same, and the one that was kept before it is deleted.
 */
export const PUBLISH_CACHED = redisScript(`${PUBLISHES_CACHED}
return publishCached(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])`);

/** Claims something for a time. Keys: the claim; arguments: who, milliseconds. Answers with 1, or 0 while another claim holds. */
export const CLAIM = redisScript(`
if redis.call('PTTL', KEYS[1]) > 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);
