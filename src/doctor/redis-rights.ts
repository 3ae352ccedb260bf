import { redisScript } from "../redis/redis-link.ts";

/**
 * What a server's scripts do with keys. The key is a text here, so that the commands for other types are refused for that reason, and
 * change nothing.
 */
const CALLS: readonly (readonly string[])[] = [
  ["EXISTS"],
  ["GET"],
  ["PEXPIRE", "10000"],
  ["PTTL"],
  ["TYPE"],
  ["INCR"],
  ["HDEL", "a"],
  ["HEXISTS", "a"],
  ["HGET", "a"],
  ["HGETALL"],
  ["HINCRBY", "a", "1"],
  ["HKEYS"],
  ["HLEN"],
  ["HMGET", "a"],
  ["HSET", "a", "1"],
  ["HSETNX", "a", "1"],
  ["HSTRLEN", "a"],
  ["HVALS"],
  ["LPOP"],
  ["RPUSH", "a"],
  ["SADD", "a"],
  ["SCARD"],
  ["SMEMBERS"],
  ["SREM", "a"],
  ["ZADD", "1", "a"],
  ["ZCARD"],
  ["ZRANGE", "0", "1"],
  ["ZRANGEBYSCORE", "0", "1"],
  ["ZREM", "a"],
  ["ZSCORE", "a"],
  ["ZREMRANGEBYSCORE", "-inf", "0"],
  ["XADD", "MAXLEN", "0", "*", "a", "1"],
  ["XDEL", "0-1"],
  ["XLEN"],
  ["XRANGE", "-", "+", "COUNT", "1"],
  ["XREVRANGE", "+", "-", "COUNT", "1"],
  ["XTRIM", "MAXLEN", "0"],
];

/** Each with the key in its place. */
const WRITTEN = [
  ...CALLS.map(([name, ...rest]) => [quoted(name!), "KEYS[1]", ...rest.map(quoted)]),
  [quoted("XINFO"), quoted("STREAM"), "KEYS[1]"],
];

function quoted(word: string): string {
  return `'${word}'`;
}

/** A script that answers with the names of the commands that the user may not run, as one text; its key MUST be one that may go. */
export const RIGHTS_SCRIPT = redisScript(`redis.call('SET', KEYS[1], '1', 'EX', 10)
local denied = {}
for _, call in ipairs({${WRITTEN.map((call) => `{${call.join(",")}}`).join(",")}}) do
  local answer = redis.pcall(unpack(call))
  local why = type(answer) == 'table' and answer['err'] or ''
  if string.find(why, 'NOPERM') or string.find(why, 'ACL failure') or string.find(why, "can't run this command") then
    denied[#denied + 1] = call[1]
  end
end
redis.call('DEL', KEYS[1])
return table.concat(denied, ', ')`);
