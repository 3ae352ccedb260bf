import { redisScript } from "../../redis/redis-link.ts";

/**
 * Deletes entries that were delivered, renews the lease of a stream (or takes it, where no reader has it), and answers with the next
 * entries: `{1, milliseconds of Redis's clock, length of the stream, entries}`, or `{0}` where another reader is the owner. Keys: owner,
 * entries; arguments: reader, milliseconds of the lease, entries at most, ids.
 *
 * A Redis that is out of memory refuses a script whose first write needs memory. So each way begins with a write that needs none: what
 * waits can be delivered, which makes room.
 */
export const TAKE = redisScript(`
local owner, entries = KEYS[1], KEYS[2]
if #ARGV > 3 then redis.call('XDEL', entries, unpack(ARGV, 4)) end
local holder = redis.call('GET', owner)
if holder and holder ~= ARGV[1] then return {0} end
if holder then
  redis.call('PEXPIRE', owner, ARGV[2])
else
  redis.call('DEL', owner)
  redis.call('SET', owner, ARGV[1], 'PX', ARGV[2])
end
local time = redis.call('TIME')
local found = {}
if ARGV[3] ~= '0' then found = redis.call('XRANGE', entries, '-', '+', 'COUNT', ARGV[3]) end
return {1, time[1] * 1000 + math.floor(time[2] / 1000), redis.call('XLEN', entries), found}`);

/** Deletes entries that were delivered, and gives the stream away. Keys: owner, entries; arguments: reader, ids. */
export const GIVE = redisScript(`
if #ARGV > 1 then redis.call('XDEL', KEYS[2], unpack(ARGV, 2)) end
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`);

/**
 * Says that a reader is alive. Answers with the number of readers, the milliseconds for which there have been readers without a break,
 * and when that began. Keys: readers, since; arguments: reader, milliseconds of the lease.
 */
export const ENROL = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local since = tonumber(redis.call('GET', KEYS[2]) or nil) or now
redis.call('SET', KEYS[2], string.format('%.0f', since), 'PX', ARGV[2])
return {redis.call('ZCARD', KEYS[1]), math.max(0, now - since), since}`);

/** Says that a reader has ended. Keys: readers, since; arguments: reader. */
export const LEAVE = redisScript(`
redis.call('ZREM', KEYS[1], ARGV[1])
if redis.call('ZCARD', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end
return 1`);
