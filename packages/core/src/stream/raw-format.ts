import type { RelayFormat } from './relay.ts';

const nothing = Buffer.alloc(0);
const emptyLine = /(?:\n\n|\r\n\r\n|\r\r)$/;

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
    // No key goes over an empty line: an event that is there does not wait for the next one.
    const kept = emptyLine.test(bytes.toString('latin1', Math.max(0, bytes.length - 4)))
      ? 0
      : Math.max(0, this.#longest - 1);
    const cut = Math.max(0, bytes.length - kept);
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

  breakOff(_error?: Error): Buffer | undefined {
    return undefined;
  }
}
