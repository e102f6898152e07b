import { randomFillSync } from 'node:crypto';

const idBytes = 8;
const pool = Buffer.allocUnsafe(idBytes * 256);
let used = pool.length;
let latest = -1;
let prefix = '';
/** Of the same millisecond. */
let count = 0;

/**
 * `req_`, the millisecond, which one of it this is, and 64 random bits; the randomness is fetched for 256 ids at once. Ids
 * that a process makes one after the other stand in that order in an index: nobody reads a call before the one it followed,
 * and a database has few pages to write for many of them. `time`: milliseconds since the epoch.
 */
export function makeRequestId(time: number): string {
  const millisecond = Math.floor(time);
  if (millisecond !== latest) {
    latest = millisecond;
    prefix = `req_${millisecond.toString(16).padStart(12, '0')}`;
    count = 0;
  }
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const place = count.toString(16).padStart(4, '0');
  const chance = pool.toString('hex', used, used + idBytes);
  count = (count + 1) & 0xffff;
  used += idBytes;
  return prefix + place + chance;
}
