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

/** The same in one command where the stream has entries, as that of a topic with events has. */
const LAST_OF_BUSY = `${LAST}
local function lastOfBusy(stream)
  local entries = redis.pcall('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  if entries.err or #entries == 0 then return last(stream) end
  return entries[1][1]
end
`;

/** Entries, the newest first, among which an event is looked for that is sent again. */
const LOOKED_THROUGH = 1000;

/** Where an event stands in a log, and the id before it; `text` is what its entry has behind that id. */
const FIND_EVENT = `
local function find(stream, text)
  local entries = redis.pcall('XREVRANGE', stream, '+', '-', 'COUNT', ${LOOKED_THROUGH})
  if entries.err then return nil end
  for _, entry in ipairs(entries) do
    local before, rest = string.match(entry[2][2], '^([^\\n]*)\\n(.*)$')
    if rest == text then return entry[1], before end
  end
end
`;

/**
 * Adds an event to a topic's log and publishes it with its id and the id before it; `kept` is the key of the topic's last event, where it
 * is one, and `again` is "1" where it is sent again: Redis may have taken it without the node having got the answer, and then it is
 * published with the id that it has. Returns the id, or an empty text.
 *
 * An id begins with the milliseconds of its event. What is too old goes with the first event of each second, which costs less than with
 * each event.
 *
 * Where no node follows the topic it is published alone, in the form without recovery. So it is where Redis has no memory for it: then
 * the log is deleted, because what is missing in it could not be told. No events to keep: the same.
 */
export const PUBLISHES_LOGGED = `${LAST_OF_BUSY}${FIND_EVENT}
local function publishLogged(stream, kept, channel, publish, kind, process, position, rest, events, milliseconds, begins, frame,
  seconds, again)
  local most, previous, id, head = tonumber(events), lastOfBusy(stream), nil, kind .. process
  local text, before = process .. ' ' .. position .. '\\n' .. rest, nil
  if again == '1' and previous and most > 0 then id, before = find(stream, text) end
  if id then
    head = head .. ' ' .. id .. ' ' .. before .. ' ' .. position
  elseif most == 0 then
    redis.call('DEL', stream)
  elseif previous or begins == '1' then
    local added = redis.pcall('XADD', stream, 'MAXLEN', most, '*', 'm', (previous or '0-0') .. '\\n' .. text)
    if type(added) == 'table' then
      redis.call('DEL', stream)
    else
      id = added
      local now, since = tonumber(string.match(id, '^%d+')), tonumber(string.match(previous or '0', '^%d+'))
      if math.floor(now / 1000) > math.floor(since / 1000) then
        redis.pcall('XTRIM', stream, 'MINID', string.format('%.0f', now - milliseconds))
        redis.call('PEXPIRE', stream, 2 * milliseconds)
      end
      head = head .. ' ' .. id .. ' ' .. (previous or '0-0') .. ' ' .. position
    end
  end
  redis.call(publish, channel, head .. '\\n' .. rest)
  if kept then
    local set = redis.pcall('SET', kept, frame, 'EX', seconds)
    if type(set) == 'table' and set.err then redis.call('DEL', kept) end
  end
  return id or ''
end
`;

/**
 * Adds an event to a topic's log and publishes it. Keys: the log, and where the event is kept as the topic's last one, that one;
 * arguments: channel, publish command, kind, process, this node's position, the rest of the message, events and milliseconds that are
 * kept, "1" where the log begins with it, the frame, seconds for which it is kept as the last one, "1" where it is sent again. Answers
 * with the id, or an empty text.
 */
export const PUBLISH_LOGGED = redisScript(`${PUBLISHES_LOGGED}
return publishLogged(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10],
  ARGV[11], ARGV[12])`);

/** The id of a topic's log, which is there from now on, and stays for twice so many milliseconds. */
const OPENED = `${LAST}
local function opened(stream, milliseconds)
  local id = last(stream) or redis.call('XADD', stream, 'MAXLEN', 0, '*', 'm', '')
  redis.call('PEXPIRE', stream, 2 * milliseconds)
  return id
end
`;

/**
 * Has a topic's log be there, and stay for a while. Keys: the log; arguments: milliseconds that events are kept. Answers with the id that
 * it has given last; an empty log has one too.
 */
export const FOLLOW_LOG = redisScript(`${OPENED}
return opened(KEYS[1], ARGV[1])`);

/** Reads a topic's log. Keys: the log; arguments: the id behind which. Answers with the id that it has given last, and with entries. */
export const READ_LOG = redisScript(`${LAST}
local id = last(KEYS[1])
if not id then return {} end
return {id, redis.call('XRANGE', KEYS[1], ARGV[1], '+')}`);

/**
 * Reads entries that are among the last of a topic's log, and young enough. Keys: the log; arguments: milliseconds that it is kept from
 * now on, how many of the last entries and milliseconds of them count, the id behind which (empty for the last ones), how many at most.
 * Answers as READ_LOG does.
 */
export const READ_RANGE = redisScript(`${OPENED}
local id = opened(KEYS[1], ARGV[1])
local time = redis.call('TIME')
local oldest = string.format('%.0f', math.max(0, time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[3]))
local kept = redis.call('XREVRANGE', KEYS[1], '+', oldest, 'COUNT', ARGV[2])
local page, limit = {}, tonumber(ARGV[5])
if ARGV[4] == '' then
  for index = math.min(limit, #kept), 1, -1 do page[#page + 1] = kept[index] end
else
  local pattern = '^(%d+)%-(%d+)$'
  local milliseconds, number = string.match(ARGV[4], pattern)
  milliseconds, number = tonumber(milliseconds), tonumber(number)
  for index = #kept, 1, -1 do
    local own, place = string.match(kept[index][1], pattern)
    own, place = tonumber(own), tonumber(place)
    if own > milliseconds or own == milliseconds and place > number then page[#page + 1] = kept[index] end
    if #page == limit then break end
  end
end
return {id, page}`);
