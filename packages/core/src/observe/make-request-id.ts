import { randomFillSync } from 'node:crypto';

const idBytes = 10;
const pool = Buffer.allocUnsafe(idBytes * 256);
let used = pool.length;
let latest = -1;
let prefix = '';

/**
 * `req_`, the millisecond, and 80 random bits; the randomness is fetched for 256 ids at once. Ids that are made one after the
 * other are near each other in an index, so that a database has few pages to write for many of them. `time`: milliseconds
 * since the epoch.
 */
export function makeRequestId(time: number): string {
  const millisecond = Math.floor(time);
  if (millisecond !== latest) {
    latest = millisecond;
    prefix = `req_${millisecond.toString(16).padStart(12, '0')}`;
  }
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const chance = pool.toString('hex', used, used + idBytes);
  used += idBytes;
  return prefix + chance;
}
