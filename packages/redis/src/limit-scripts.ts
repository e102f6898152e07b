import { Script } from './script.ts';

/*
 * Times are of the server's clock, which is the same for all processes. Where it is set back, what is open lasts for its
 * whole length once more, and no longer. Numbers are written out, in replies, too: Lua's own way keeps fourteen digits, and
 * node-redis reads those near 2^53 as others.
 */

/**
 * KEYS: the counters. ARGV: limit, window and amount of each. Gives the place of the one without room that resets last, or
 * -1, then of each what remains, and the milliseconds until it ends.
 */
export const take: Script = new Script(`
local refused, latest = -1, -1
local found = {}
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
  local amount = math.min(tonumber(ARGV[3 * i]), math.max(limit, 1))
  local left = redis.call('PTTL', key)
  local used = 0
  if left ~= -2 then
    used = tonumber(redis.call('GET', key)) or 0
    if left < 0 or left > window then
      redis.call('PEXPIRE', key, window)
      left = window
    end
  end
  found[i] = { limit, window, amount, left, used }
  if used + amount > limit and math.max(left, 0) > latest then
    refused, latest = i - 1, math.max(left, 0)
  end
end
local reply = { refused }
for i, key in ipairs(KEYS) do
  local limit, window, amount, left, used = unpack(found[i])
  if refused == -1 and amount > 0 then
    if left == -2 then
      redis.call('SET', key, string.format('%.0f', amount), 'PX', window)
      left = window
    else
      redis.call('INCRBY', key, string.format('%.0f', amount))
    end
    used = used + amount
  end
  reply[2 * i] = string.format('%.0f', math.max(0, limit - used))
  reply[2 * i + 1] = math.max(0, left)
end
return reply
`);

/** KEYS: the counters. ARGV: the change of each, and the milliseconds within which the window ends that is meant. */
export const adjust: Script = new Script(`
for i, key in ipairs(KEYS) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left <= tonumber(ARGV[2 * i]) then
    local used = (tonumber(redis.call('GET', key)) or 0) + tonumber(ARGV[2 * i - 1])
    -- Beyond it a number is not exact any more.
    used = math.min(math.max(0, used), 9007199254740991)
    redis.call('SET', key, string.format('%.0f', used), 'KEEPTTL')
  end
end
return 0
`);

/**
 * KEYS: sorted sets of who is in, by when the place is free again by itself. ARGV: id, lease, and the limit of each. Gives
 * the place of one that is full, or -1.
 */
export const enter: Script = new Script(`
local id, lease = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local longest = now + math.max(lease, 86400000)
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now))
  -- The clock was set back.
  for _, late in ipairs(redis.call('ZRANGEBYSCORE', key, string.format('(%.0f', longest), '+inf')) do
    redis.call('ZADD', key, string.format('%.0f', now + lease), late)
  end
  if not redis.call('ZSCORE', key, id) and redis.call('ZCARD', key) >= tonumber(ARGV[i + 2]) then
    return i - 1
  end
end
for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, string.format('%.0f', now + lease), id)
  redis.call('PEXPIRE', key, math.max(lease, redis.call('PTTL', key)))
end
return -1
`);

/** KEYS: as above. ARGV: id. */
export const leave: Script = new Script(`
for _, key in ipairs(KEYS) do
  redis.call('ZREM', key, ARGV[1])
end
return 0
`);
