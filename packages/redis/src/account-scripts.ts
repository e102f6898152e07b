import { Script } from './script.ts';

/*
 * A line is a hash of `spent` and `held`, and `paid` where it is a credit. A hold is a hash with the names of its lines;
 * beside it stand a sorted set of all holds by when they expire, one of their holders by how long these live, and a set of
 * holds for each holder. All names begin with the same hash tag, and so are in one slot of a cluster: scripts may put names
 * together. Amounts are written out, in replies, too: Lua's own way keeps fourteen digits, and node-redis reads numbers near
 * 2^53 as others.
 */

/** Milliseconds after the last change that a period of a calendar is kept: its end is known to others only. */
const kept = 400 * 86_400_000;

const common = `
local base = KEYS[1]
local function whole(number) return string.format('%.0f', number) end
local function stateOf(key, limit)
  local found = redis.call('HMGET', key, 'spent', 'held', 'paid')
  if limit == 'credit' then limit = found[3] or '0' end
  return tonumber(found[1] or '0'), tonumber(found[2] or '0'), tonumber(limit)
end
local function change(key, field, amount)
  if amount ~= 0 then redis.call('HINCRBY', key, field, whole(amount)) end
  if string.sub(key, 1, #base + 6) == base .. ':dated' then redis.call('PEXPIRE', key, ${kept}) end
end
local function wordsOf(text)
  local words = {}
  for word in string.gmatch(text, '%S+') do words[#words + 1] = word end
  return words
end
local function settle(id, cost)
  local name = base .. ':hold:' .. id
  local hold = redis.call('HMGET', name, 'amount', 'holder', 'keys')
  if not hold[1] then return nil end
  local amount = tonumber(hold[1])
  cost = cost or amount
  for _, key in ipairs(wordsOf(hold[3])) do
    change(key, 'held', -amount)
    change(key, 'spent', cost)
  end
  redis.call('DEL', name)
  redis.call('ZREM', base .. ':holds', id)
  if hold[2] then redis.call('SREM', base .. ':of:' .. hold[2], id) end
  return cost
end
`;

/**
 * KEYS: what all names begin with, then the lines. ARGV: id, holder (after a dash; empty for nobody's), amount, minimum,
 * when it expires, the lines as JSON, and the limit of each. Gives what was granted (-1: nothing), the place of the line that
 * refuses, and what was spent and held and is the limit of each; only `-2` where there is such a hold already.
 */
export const hold: Script = new Script(`${common}
local id, holder, amount, minimum = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local name = base .. ':hold:' .. id
if redis.call('EXISTS', name) == 1 then return { -2 } end
local granted, place, least = amount, -1, nil
local states = {}
for i = 2, #KEYS do
  local spent, held, limit = stateOf(KEYS[i], ARGV[i + 5])
  local room = limit - spent - held
  if least == nil or room < least then place, least = i - 2, room end
  states[#states + 1] = { spent, held, limit }
end
if least ~= nil and least < granted then granted = least end
local isGranted = granted >= minimum
local reply = { isGranted and whole(granted) or -1, place }
for i, state in ipairs(states) do
  if isGranted then
    change(KEYS[i + 1], 'held', granted)
    state[2] = state[2] + granted
  end
  for _, value in ipairs(state) do reply[#reply + 1] = whole(value) end
end
if not isGranted then return reply end
local keys, limits = {}, {}
for i = 2, #KEYS do
  keys[#keys + 1] = KEYS[i]
  limits[#limits + 1] = ARGV[i + 5]
end
redis.call('HSET', name, 'amount', whole(granted), 'keys', table.concat(keys, ' '),
  'limits', table.concat(limits, ' '), 'lines', ARGV[6])
redis.call('ZADD', base .. ':holds', ARGV[5], id)
if holder ~= '' then
  redis.call('HSET', name, 'holder', holder)
  redis.call('SADD', base .. ':of:' .. holder, id)
  redis.call('ZADD', base .. ':holders', 'NX', 0, holder)
end
return reply
`);

/** KEYS: as above. ARGV: id and amount. Gives what is held then. */
export const resize: Script = new Script(`${common}
local name = base .. ':hold:' .. ARGV[1]
local found = redis.call('HMGET', name, 'amount', 'keys', 'limits')
if not found[1] then return 0 end
local before, wanted = tonumber(found[1]), math.max(0, tonumber(ARGV[2]))
local keys, limits = wordsOf(found[2]), wordsOf(found[3])
local after = wanted
if wanted > before then
  for i, key in ipairs(keys) do
    local spent, held, limit = stateOf(key, limits[i])
    after = math.min(after, before + math.max(0, limit - spent - held))
  end
end
for _, key in ipairs(keys) do change(key, 'held', after - before) end
redis.call('HSET', name, 'amount', whole(after))
return whole(after)
`);

/** KEYS: as above. ARGV: id and cost of each. Gives, of each that was there, its lines as JSON and their states. */
export const settle: Script = new Script(`${common}
local ended = {}
for i = 1, #ARGV, 2 do
  local found = redis.call('HMGET', base .. ':hold:' .. ARGV[i], 'keys', 'limits', 'lines')
  if settle(ARGV[i], tonumber(ARGV[i + 1])) then ended[#ended + 1] = found end
end
local reply = {}
for _, found in ipairs(ended) do
  local limits = wordsOf(found[2])
  local one = { found[3] }
  for i, key in ipairs(wordsOf(found[1])) do
    local spent, held, limit = stateOf(key, limits[i])
    one[#one + 1] = whole(spent)
    one[#one + 1] = whole(held)
    one[#one + 1] = whole(limit)
  end
  reply[#reply + 1] = one
end
return reply
`);

/** KEYS: as above. ARGV: the time, and how many at most. Gives ids and costs by turns. */
export const sweep: Script = new Script(`${common}
local now, many = ARGV[1], tonumber(ARGV[2])
local reply = {}
local function lose(id)
  local cost = settle(id, nil)
  if not cost then return end
  reply[#reply + 1] = id
  reply[#reply + 1] = whole(cost)
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. ':holds', '-inf', now, 'LIMIT', 0, many)) do
  lose(id)
end
for _, holder in ipairs(redis.call('ZRANGEBYSCORE', base .. ':holders', '-inf', now)) do
  local left = many - #reply / 2
  if left <= 0 then break end
  local holds = redis.call('SRANDMEMBER', base .. ':of:' .. holder, left)
  for _, id in ipairs(holds) do lose(id) end
  if #holds < left then redis.call('ZREM', base .. ':holders', holder) end
end
return reply
`);

/** KEYS: as above, then the lines. ARGV: the limit of each. Gives what was spent and held and is the limit of each. */
export const read: Script = new Script(`${common}
local reply = {}
for i = 2, #KEYS do
  for _, value in ipairs({ stateOf(KEYS[i], ARGV[i - 1]) }) do reply[#reply + 1] = whole(value) end
end
return reply
`);

/** KEYS: as above, then the line of the credit. ARGV: id and amount. */
export const topUp: Script = new Script(`${common}
if redis.call('SADD', base .. ':top-ups', ARGV[1]) == 1 then change(KEYS[2], 'paid', tonumber(ARGV[2])) end
local spent, held, paid = stateOf(KEYS[2], 'credit')
return { whole(spent), whole(held), whole(paid) }
`);
