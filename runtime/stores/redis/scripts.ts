/*
 * Each script runs as a whole on the server, so nobody sees half of it, and takes a bounded number of steps: none walks entries.
 * Any key may vanish alone, as on a server that evicts. Names of keys below a namespace:
 *   e:<entry>              an entry: its metadata and bytes
 *   l:<entry>:<epoch>      who computes it: a token, alive as long as its holder renews it
 *   k:<scope>              the epoch of all data, or of a tag
 *   c:<function>           epochs of a function: `base`, and one for each call that was cleared since. Lost as one, if at all
 *   i:<function>:<code>:<epoch>   entries of one code version since the last clear by their last use
 *   s:<function>:<code>:<epoch>   their bytes, and the `total`; only if the function has a limit of bytes
 *   all                    names of all `i:…`
 *   n                      counts clears, for those whom no message reaches
 */

/**
 * KEYS: a key that never exists, then the key of each scope. ARGV: an epoch for those that are missing or "", then for each scope its field
 * or "" for a plain key. What was the master may be a replica by now, which has got everything from another that never heard of the
 * last clears: to try a write tells.
 */
export const EPOCHS = `
local answer = redis.pcall('DEL', KEYS[1])
if type(answer) == 'table' and string.find(answer.err, 'READONLY') then return answer end
local found = {}
for i = 2, #KEYS do
  local key, field, epoch = KEYS[i], ARGV[i], false
  if field == '' then
    epoch = redis.call('GET', key)
    if not epoch and ARGV[1] ~= '' then epoch = ARGV[1] redis.call('SET', key, epoch) end
  else
    local both = redis.call('HMGET', key, 'base', field)
    epoch = both[1]
    if not epoch and ARGV[1] ~= '' then epoch = ARGV[1] redis.call('HSET', key, 'base', epoch) end
    if epoch and field ~= 'base' then epoch = epoch .. '.' .. (both[2] or '') end
  end
  found[i - 1] = epoch
end
return found`;

/** KEYS: the count of clears, then the key of each scope. ARGV: most fields of a function, then for each scope its field or "", and its epoch. */
export const RENEW = `
for i = 2, #KEYS do
  local key, field, epoch = KEYS[i], ARGV[2 * i - 2], ARGV[2 * i - 1]
  if field == '' then redis.call('SET', key, epoch)
  elseif field == 'base' or redis.call('HLEN', key) >= tonumber(ARGV[1]) or redis.call('HEXISTS', key, 'base') == 0 then
    redis.call('UNLINK', key)
    redis.call('HSET', key, 'base', epoch)
  else redis.call('HSET', key, field, epoch) end
end
return redis.call('INCR', KEYS[1])`;

/** KEYS: entry, lock, index, sizes, all. ARGV: token, bytes, life in ms or "", maxEntries or "", maxBytes or "", prefix, id. */
export const WRITE = `
if ARGV[1] ~= '' and redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
local maxEntries, maxBytes, id = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[7]
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[3], time[1] * 1000 + math.floor(time[2] / 1000), id)
redis.call('SADD', KEYS[5], string.sub(KEYS[3], #ARGV[6] + 1))
local function forget(each)
  redis.call('ZREM', KEYS[3], each)
  local size = redis.call('HGET', KEYS[4], each)
  if size then redis.call('HDEL', KEYS[4], each) redis.call('HINCRBY', KEYS[4], 'total', -size) end
end
for _, each in ipairs(redis.call('ZRANDMEMBER', KEYS[3], 3)) do
  if redis.call('EXISTS', ARGV[6] .. 'e:' .. each) == 0 then forget(each) end
end
local total = 0
if maxBytes then
  local before = redis.call('HGET', KEYS[4], id) or 0
  redis.call('HSET', KEYS[4], id, #ARGV[2])
  total = redis.call('HINCRBY', KEYS[4], 'total', #ARGV[2] - before)
end
for _ = 1, 1000 do
  local count = redis.call('ZCARD', KEYS[3])
  if count < 2 or ((not maxEntries or count <= maxEntries) and (not maxBytes or total <= maxBytes)) then break end
  local oldest = redis.call('ZRANGE', KEYS[3], 0, 1)
  local each = oldest[1] ~= id and oldest[1] or oldest[2]
  redis.call('UNLINK', ARGV[6] .. 'e:' .. each)
  forget(each)
  if maxBytes then total = tonumber(redis.call('HGET', KEYS[4], 'total')) or 0 end
end
return 1`;

/** KEYS: lock. ARGV: token, life in ms or "" to give it back. */
export const HOLD = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1`;

/** KEYS: an index out of use, its sizes, the index in use now, all. ARGV: prefix, how many. Returns how many are left. */
export const DRAIN = `
local popped = redis.call('ZPOPMIN', KEYS[1], ARGV[2])
for i = 1, #popped, 2 do
  if not redis.call('ZSCORE', KEYS[3], popped[i]) then redis.call('UNLINK', ARGV[1] .. 'e:' .. popped[i]) end
end
local left = redis.call('ZCARD', KEYS[1])
if left == 0 then
  redis.call('UNLINK', KEYS[2])
  redis.call('SREM', KEYS[4], string.sub(KEYS[1], #ARGV[1] + 1))
end
return left`;
