/*
 * Each script runs as a whole on the server, so nobody sees half of it. Names of keys below a namespace:
 *   e:<entry>             an entry: its metadata and bytes
 *   l:<entry>             who computes it: a token, alive as long as its holder renews it
 *   f:<function>          every entry or lock a function may have, as `<entry>`
 *   v:<function>:<code>   entries of one code version by their last use
 *   all                   functions and code versions, as `f:…` and `v:…`
 *   fence                 counts up with every token
 */

/** KEYS: entry, lock, function, version, all. ARGV: token, bytes, life in ms or "", now, maxEntries or "", maxBytes or "", prefix, id. */
export const WRITE = `
if ARGV[1] ~= '' and redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[8])
redis.call('SADD', KEYS[3], ARGV[8])
redis.call('SADD', KEYS[5], KEYS[3], KEYS[4])
local function gone(id) return redis.call('EXISTS', ARGV[7] .. 'e:' .. id) == 0 end
local function forget(id) redis.call('ZREM', KEYS[4], id) if redis.call('EXISTS', ARGV[7] .. 'l:' .. id) == 0 then redis.call('SREM', KEYS[3], id) end end
for _, id in ipairs(redis.call('ZRANDMEMBER', KEYS[4], 3)) do if gone(id) then forget(id) end end
local maxEntries, maxBytes = tonumber(ARGV[5]), tonumber(ARGV[6])
local ids = {}
if maxBytes or (maxEntries and redis.call('ZCARD', KEYS[4]) > maxEntries) then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
    if gone(id) then forget(id) elseif id ~= ARGV[8] then ids[#ids + 1] = id end
  end
  local count, bytes, size = #ids + 1, #ARGV[2], {}
  if maxBytes then for i, id in ipairs(ids) do size[i] = redis.call('STRLEN', ARGV[7] .. 'e:' .. id) bytes = bytes + size[i] end end
  for i, id in ipairs(ids) do
    if (not maxEntries or count <= maxEntries) and (not maxBytes or bytes <= maxBytes) then break end
    redis.call('UNLINK', ARGV[7] .. 'e:' .. id)
    forget(id)
    count = count - 1
    bytes = bytes - (size[i] or 0)
  end
end
return 1`;

/** KEYS: lock, function, all, fence. ARGV: life in ms, random part, id. Returns a token, or nothing where somebody has the lock. */
export const LOCK = `
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
local token = redis.call('INCR', KEYS[4]) .. '-' .. ARGV[2]
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
redis.call('SADD', KEYS[2], ARGV[3])
redis.call('SADD', KEYS[3], KEYS[2])
return token`;

/** KEYS: lock. ARGV: token, life in ms or "" to give it back. */
export const HOLD = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1`;

/** KEYS: entry, lock, version, function. ARGV: id, channel, message. */
export const DELETE = `
redis.call('UNLINK', KEYS[1], KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('SREM', KEYS[4], ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1`;

/** KEYS: all. ARGV: prefix, function key or "" for every one, channel, message. */
export const CLEAR = `
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local isVersion = string.sub(name, #ARGV[1] + 1, #ARGV[1] + 2) == 'v:'
  local own = ARGV[2] == '' or name == ARGV[2] or string.sub(name, 1, #ARGV[1] + 2 + 32 + 1) == ARGV[1] .. 'v:' .. string.sub(ARGV[2], #ARGV[1] + 3) .. ':'
  if own then
    if not isVersion then
      for _, id in ipairs(redis.call('SMEMBERS', name)) do redis.call('UNLINK', ARGV[1] .. 'e:' .. id, ARGV[1] .. 'l:' .. id) end
    end
    redis.call('UNLINK', name)
    redis.call('SREM', KEYS[1], name)
  end
end
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1`;
