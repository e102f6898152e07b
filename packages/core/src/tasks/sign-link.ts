import { createHmac, timingSafeEqual } from 'node:crypto';

/** Addresses that work for whoever has them, and until they expire: no key is needed, and none can be made up. */
export class LinkSigner {
  readonly #secret: string | Uint8Array;

  constructor(secret: string | Uint8Array) {
    this.#secret = secret;
  }

  /** `path`: below the mount. `expiresAt`: milliseconds since the epoch. */
  sign(path: string, expiresAt: number): string {
    const until = String(Math.floor(expiresAt / 1000));
    return `${path}?exp=${until}&sig=${this.#digest(path, until).toString('base64url')}`;
  }

  /** Whether the address is one that was signed, and has not expired. `now`: milliseconds since the epoch. */
  check(path: string, query: URLSearchParams, now: number): 'good' | 'expired' | 'wrong' {
    const until = query.get('exp') ?? '';
    const given = Buffer.from(query.get('sig') ?? '', 'base64url');
    const expected = this.#digest(path, until);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'wrong';
    return Number(until) * 1000 > now ? 'good' : 'expired';
  }

  #digest(path: string, until: string): Buffer {
    return createHmac('sha256', this.#secret).update(`vector-engine link\n${path}\n${until}`).digest();
  }
}
