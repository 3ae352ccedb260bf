import { redisScript } from "../../redis/redis-link.ts";

/** The id that a stream has given last; `nil` where there is none. What is no stream is deleted. */
const LAST = `
local function last(stream)
  if redis.call('EXISTS', stream) == 0 then return nil end
  local info = redis.pcall('XINFO', 'STREAM', stream)
  if info.err then redis.call('DEL', stream) return nil end
  for index = 1, #info, 2 do
    if info[index] == 'last-generated-id' then return info[index + 1] end
  end
end
`;

/**
 * Adds an event to a topic's log and publishes it with its id and the id before it. Keys: the log, and where the event is kept as the
 * topic's last one, that one; arguments: channel, publish command, kind, process, this node's position, the rest of the message, events
 * and milliseconds that are kept, "1" where the log begins with it, the frame, seconds for which it is kept as the last one.
 *
 * Where no node follows the topic it is published alone, in the form without recovery. So it is where Redis has no memory for it: then
 * the log is deleted, because what is missing in it could not be told. No events to keep: the same. Answers with the id, or an empty text.
 */
export const PUBLISH_LOGGED = redisScript(`${LAST}
local kept = tonumber(ARGV[7])
local previous, id, head = last(KEYS[1]), nil, ARGV[3] .. ARGV[4]
if kept == 0 then
  redis.call('DEL', KEYS[1])
elseif previous or ARGV[9] == '1' then
  local text = (previous or '0-0') .. '\\n' .. ARGV[4] .. ' ' .. ARGV[5] .. '\\n' .. ARGV[6]
  local added = redis.pcall('XADD', KEYS[1], 'MAXLEN', kept, '*', 'm', text)
  if type(added) == 'table' then
    redis.call('DEL', KEYS[1])
  else
    id = added
    local time = redis.call('TIME')
    redis.pcall('XTRIM', KEYS[1], 'MINID', string.format('%.0f', time[1] * 1000 - ARGV[8]))
    redis.call('PEXPIRE', KEYS[1], 2 * ARGV[8])
    head = head .. ' ' .. id .. ' ' .. (previous or '0-0') .. ' ' .. ARGV[5]
  end
end
redis.call(ARGV[2], ARGV[1], head .. '\\n' .. ARGV[6])
if KEYS[2] then
  local set = redis.pcall('SET', KEYS[2], ARGV[10], 'EX', ARGV[11])
  if type(set) == 'table' and set.err then redis.call('DEL', KEYS[2]) end
end
return id or ''`);

/**
 * Has a topic's log be there, and stay for a while. Keys: the log; arguments: milliseconds that events are kept. Answers with the id that
 * it has given last; an empty log has one too.
 */
export const FOLLOW_LOG = redisScript(`${LAST}
local id = last(KEYS[1]) or redis.call('XADD', KEYS[1], 'MAXLEN', 0, '*', 'm', '')
redis.call('PEXPIRE', KEYS[1], 2 * ARGV[1])
return id`);

/** Reads a topic's log. Keys: the log; arguments: the id behind which. Answers with the id that it has given last, and with entries. */
export const READ_LOG = redisScript(`${LAST}
local id = last(KEYS[1])
if not id then return {} end
return {id, redis.call('XRANGE', KEYS[1], ARGV[1], '+')}`);
