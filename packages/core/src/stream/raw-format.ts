import type { RelayFormat } from './relay.ts';

const nothing = Buffer.alloc(0);

/** Bytes pass as they are, but for what is to be hidden; a late death can only be told by closing the connection. */
export class RawFormat implements RelayFormat {
  readonly #hide: (bytes: Buffer) => Buffer;
  readonly #longest: number;
  #kept: Buffer = nothing;

  /** `longest`: bytes of the longest thing to hide; it may come in two pieces. */
  constructor(hide: (bytes: Buffer) => Buffer, longest: number) {
    this.#hide = hide;
    this.#longest = longest;
  }

  take(chunk: Buffer): Buffer {
    const bytes = this.#hide(this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]));
    const cut = Math.max(0, bytes.length - Math.max(0, this.#longest - 1));
    this.#kept = bytes.subarray(cut);
    return bytes.subarray(0, cut);
  }

  /** Only the end of the HTTP message tells. */
  isComplete(): boolean {
    return false;
  }

  end(): Buffer {
    return this.#kept;
  }

  breakOff(): undefined {
    return undefined;
  }
}
