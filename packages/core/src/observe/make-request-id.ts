import { randomFillSync } from 'node:crypto';

const prefix = 'req_';
const idLength = prefix.length + 12 + 4 + 16;
const idsOfPool = 256;
const hex = Buffer.from('0123456789abcdef');
const chances = Buffer.allocUnsafe(8 * idsOfPool);
/** The texts of the next ids, of which time and count are filled in last. */
const pool = Buffer.alloc(idLength * idsOfPool, prefix.padEnd(idLength, '0'));
const digits = Buffer.alloc(12);
let used = pool.length;
let latest = -1;
/** Of the same millisecond. */
let count = 0;

/**
 * `req_`, the millisecond, which one of it this is, and 64 random bits; the randomness is fetched for 256 ids at once. Ids
 * that a process makes one after the other stand in that order in an index: nobody reads a call before the one it followed,
 * and a database has few pages to write for many of them. An id is one text, not pieces of one: it may outlive its call.
 * `time`: milliseconds since the epoch.
 */
export function makeRequestId(time: number): string {
  const millisecond = Math.floor(time);
  if (millisecond !== latest) {
    latest = millisecond;
    digits.write(millisecond.toString(16).padStart(12, '0').slice(-12), 'latin1');
    count = 0;
  }
  if (used === pool.length) refill();
  let at = used + prefix.length;
  for (let index = 0; index < digits.length; index++) pool[at++] = digits[index] ?? 0;
  for (let shift = 12; shift >= 0; shift -= 4) pool[at++] = hex[(count >> shift) & 0xf] ?? 0;
  count = (count + 1) & 0xffff;
  const id = pool.toString('latin1', used, used + idLength);
  used += idLength;
  return id;
}

function refill(): void {
  randomFillSync(chances);
  for (let index = 0; index < idsOfPool; index++) {
    const chance = chances.toString('hex', 8 * index, 8 * (index + 1));
    pool.write(chance, (index + 1) * idLength - chance.length, 'latin1');
  }
  used = 0;
}
