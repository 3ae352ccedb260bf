import { redisScript } from "../../redis/redis-link.ts";

// The list of nodes: leases and descriptions, in two keys that one script reads and writes together.

/** Characters of a node's id and of its description at most, and milliseconds of a lease. No node writes more. */
const MOST_OF_ID = 64, MOST_OF_DESCRIPTION = 4_194_304, LONGEST_LEASE = 7_200_000;

/** Takes away what no node can have written. Lists of nodes that are of another kind are begun anew. */
const SOUND_LISTS = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local unsound, begunAnew = 0, 0
for index, kind in ipairs({ 'zset', 'hash' }) do
  local is = redis.call('TYPE', KEYS[index]).ok
  if is ~= 'none' and is ~= kind then
    redis.call('DEL', KEYS[index])
    unsound, begunAnew = unsound + 1, 1
  end
end
local leases = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for index = 1, #leases, 2 do
  local ends = tonumber(leases[index + 1])
  if #leases[index] > ${MOST_OF_ID} or not string.find(leases[index], '^%w+%.%d+$')
    or not (ends and ends < now + ${LONGEST_LEASE}) then
    redis.call('ZREM', KEYS[1], leases[index])
    unsound = unsound + 1
  end
end
for _, node in ipairs(redis.call('HKEYS', KEYS[2])) do
  if not redis.call('ZSCORE', KEYS[1], node) or redis.call('HSTRLEN', KEYS[2], node) > ${MOST_OF_DESCRIPTION} then
    redis.call('HDEL', KEYS[2], node)
    unsound = unsound + 1
  end
end
`;

/**
 * Renews a node's lease. Keys: leases, nodes; arguments: node, lease in milliseconds, JSON of the node. Answers with 1 when the
 * lease had not ended, the time in milliseconds, all leases, all nodes, how many entries were taken away, and 1 when a list was begun
 * anew.
 */
export const BEAT = redisScript(`${SOUND_LISTS}
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
local held = begunAnew
if ends and tonumber(ends) >= now then held = 1 end
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return {
  held,
  string.format('%.0f', now),
  redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'),
  redis.call('HGETALL', KEYS[2]),
  unsound,
  begunAnew,
}`);

/** Lists the nodes. Keys: leases, nodes. Answers with the time in milliseconds, all leases, all nodes. */
export const LIST = redisScript(`${SOUND_LISTS}
return {
  string.format('%.0f', now),
  redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'),
  redis.call('HGETALL', KEYS[2]),
}`);
