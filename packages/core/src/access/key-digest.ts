import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyRecord } from '../protocol/virtual-key.ts';

/** What is kept in place of a key: nobody who has it can make the key of it, nor try keys without the gateway's secret. */
export class KeyDigester {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** HMAC-SHA-256, in hexadecimal digits. The secret signs addresses, too: what is signed says what it is. */
  digest(key: string): string {
    return createHmac('sha256', this.#secret).update(`vector-engine key\n${key}`).digest('hex');
  }
}

/** Which of a record's keys it is; undefined where it is none, whatever the store found. */
export function matchDigest(record: KeyRecord, digest: string): 'present' | 'previous' | undefined {
  // Both are compared, whichever it is.
  const isPresent = isSame(record.digest, digest);
  const isPrevious = isSame(record.previousDigest ?? '', digest);
  if (isPresent) return 'present';
  return isPrevious ? 'previous' : undefined;
}

/** In a time that does not tell how much of it is the same. */
function isSame(kept: string, given: string): boolean {
  const a = Buffer.from(kept);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
