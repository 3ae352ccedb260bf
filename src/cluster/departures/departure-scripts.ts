import { redisScript } from "../../redis/redis-link.ts";

// Which nodes have a subscription to a channel, for applications that have it reported when the channel is occupied and vacated. The
// change and the answer that this node made it are one step. A departure that has not been reported is marked in a hash of the topic
// (subject -> token; see departure-mark.ts); Redis deletes the marks that no node has taken away in time.

/** Milliseconds that marks stay after all nodes that knew of them have died. */
export const MARK_MILLISECONDS = 600_000;

/**
 * A node has its first subscription to the channel. Keys: nodes, departed; arguments: node, then its former stays. Answers with 1 when
 * no node had one, and there was no mark to take away.
 */
export const ADD_NODE = redisScript(`
local known = redis.call('SADD', KEYS[1], ARGV[1]) == 0
for i = 2, #ARGV do
  if redis.call('SREM', KEYS[1], ARGV[i]) == 1 then known = true end
end
if known or redis.call('SCARD', KEYS[1]) > 1 then return 0 end
return 1 - redis.call('HDEL', KEYS[2], '#')`);

/** Begins the field by which it is known that the others have cleared up after a stay that had a subscription to the channel. */
const GIVEN_UP = "=";

/**
 * A node has no subscription to the channel any more. Keys: nodes, departed; arguments: node, token, "1" where it is cleared up after
 * another node. Answers with 1 when no other node has one; then the token marks the departure (an empty one does not). Answers with 0
 * when another node has one, and with -1 when it was not known that this node had one.
 */
export const REMOVE_NODE = redisScript(`
if redis.call('SREM', KEYS[1], ARGV[1]) == 0 then return -1 end
if ARGV[3] == '1' then
  redis.pcall('HSET', KEYS[2], '${GIVEN_UP}' .. ARGV[1], '')
  redis.call('PEXPIRE', KEYS[2], ${MARK_MILLISECONDS})
end
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if ARGV[2] ~= '' then
  redis.call('HSET', KEYS[2], '#', ARGV[2])
  redis.call('PEXPIRE', KEYS[2], ${MARK_MILLISECONDS})
end
return 1`);

/** Milliseconds in which a channel that was occupied before Redis has lost its data is known by that. */
const KNOWN_MILLISECONDS = 10_000;

/**
 * As ADD_NODE, where Redis may have lost its data and the node had a subscription before. Keys: nodes, departed, occupied; arguments as
 * those of ADD_NODE. The channel was occupied all along, unless the others have cleared up after a former stay of the node, and Redis
 * has lost nothing since: then it answers with 1 when no node has a subscription, and there was no mark to take away. Otherwise with 0.
 */
export const BRING_NODE = redisScript(`
redis.call('SADD', KEYS[1], ARGV[1])
local wasGivenUp = false
for i = 2, #ARGV do
  redis.call('SREM', KEYS[1], ARGV[i])
  if redis.call('HDEL', KEYS[2], '${GIVEN_UP}' .. ARGV[i]) == 1 then wasGivenUp = true end
end
local undone = redis.call('HDEL', KEYS[2], '#')
redis.call('SET', KEYS[3], 1, 'PX', ${KNOWN_MILLISECONDS})
return wasGivenUp and undone == 0 and redis.call('SCARD', KEYS[1]) == 1 and 1 or 0`);

/** Begins the field by which it is known that a node has reported a channel or user as there after another had reported its departure. */
const CORRECTED = "~";

/**
 * Takes a mark away, so that its departure can be reported. Keys: departed; arguments: subject, token. Answers with 1 when it was there,
 * with 2 when another node has reported before that the channel is occupied or the user present: then it is to be reported in any case.
 */
export const CONFIRM = redisScript(`
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
return 1 + redis.call('HDEL', KEYS[1], '${CORRECTED}' .. ARGV[1])`);

/**
 * As CONFIRM, where the mark may be missing: Redis has lost it with its data, or the node has reported alone. Without a mark the
 * departure holds when the channel is vacant, or the user absent. Keys: departed, nodes, references; arguments: subject, token (empty
 * when there was none), the user in the subject (empty when it is about the channel), how the tokens of the node's process begin.
 */
export const CONFIRM_UNSURE = redisScript(`
local token = redis.call('HGET', KEYS[1], ARGV[1])
local isOwn = token and (token == ARGV[2] or ARGV[2] == '' and string.sub(token, 1, #ARGV[4]) == ARGV[4])
if token and not isOwn then return 0 end
if isOwn then redis.call('HDEL', KEYS[1], ARGV[1])
elseif ARGV[3] == '' and redis.call('EXISTS', KEYS[2]) == 1 then return 0
elseif ARGV[3] ~= '' and redis.call('HEXISTS', KEYS[3], ARGV[3]) == 1 then return 0 end
return 1 + redis.call('HDEL', KEYS[1], '${CORRECTED}' .. ARGV[1])`);

/**
 * Whether the channel is occupied, or the user present, as far as the application is to know, where the node has reported the departure
 * alone: one that another node has not reported has not happened yet. A mark of an earlier stay of this node is of that departure, and
 * is taken away: Redis may have refused to list it. What is present is noted (see CONFIRM). Keys: departed, nodes, references;
 * arguments: subject, the user in it (empty when it is about the channel), how the tokens of this node's process begin, and those of
 * its stay. Answers with 1 or 0.
 */
export const IS_PRESENT = redisScript(`
local token = redis.call('HGET', KEYS[1], ARGV[1])
local isOwn = token and string.sub(token, 1, #ARGV[3]) == ARGV[3]
if isOwn and string.sub(token, 1, #ARGV[4]) ~= ARGV[4] then redis.call('HDEL', KEYS[1], ARGV[1]) end
local present = 0
if token and not isOwn then present = 1
elseif ARGV[2] == '' then present = redis.call('EXISTS', KEYS[2])
else present = redis.call('HEXISTS', KEYS[3], ARGV[2]) end
if present == 1 then
  redis.pcall('HSET', KEYS[1], '${CORRECTED}' .. ARGV[1], '')
  redis.call('PEXPIRE', KEYS[1], ${MARK_MILLISECONDS})
end
return present`);

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
