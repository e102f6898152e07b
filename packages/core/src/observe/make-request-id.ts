import { randomFillSync } from 'node:crypto';

const idBytes = 16;
const pool = Buffer.allocUnsafe(idBytes * 256);
let used = pool.length;

/** `req_` and 128 random bits; the randomness is fetched for 256 ids at once. */
export function makeRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = pool.toString('hex', used, used + idBytes);
  used += idBytes;
  return `req_${id}`;
}
