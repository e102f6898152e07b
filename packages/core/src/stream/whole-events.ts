import { findLastEventEnd } from './find-event-end.ts';

const nothing = Buffer.alloc(0);
const halfLine = Buffer.from('\r\n\r');

/**
 * Cuts a stream of server-sent events at event boundaries: `take` returns the bytes up to the last complete
 * event and keeps the tail. Reads each byte of an unfinished event once, however small the pieces it comes in.
 */
export class WholeEvents {
  readonly #limit: number;
  #tail: Buffer[] = [];
  #tailBytes = 0;

  /** `limit`: bytes that one unfinished event may have. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True once an event has grown past the limit; nothing sensible can follow. */
  get overflowed(): boolean {
    return this.#tailBytes > this.#limit;
  }

  take(chunk: Buffer): Buffer {
    if (this.#tailBytes === 0) {
      const end = findCut(chunk);
      if (end === chunk.length) return chunk;
      this.#keep(chunk.subarray(end));
      return end === 0 ? nothing : chunk.subarray(0, end);
    }
    // An empty line may straddle the seam, so the last bytes of the tail are looked at again.
    const seam = this.#tail.at(-1)?.subarray(-3) ?? nothing;
    const end = findLastEventEnd(chunk) || findLastEventEnd(Buffer.concat([seam, chunk.subarray(0, 3)]));
    if (end === 0) {
      this.#keep(chunk);
      return nothing;
    }
    const joined = Buffer.concat([...this.#tail, chunk]);
    this.#tail = [];
    this.#tailBytes = 0;
    const cut = findCut(joined);
    if (cut < joined.length) this.#keep(joined.subarray(cut));
    return joined.subarray(0, cut);
  }

  /** What never became a whole event. */
  rest(): Buffer {
    return this.#tailBytes === 0 ? nothing : Buffer.concat(this.#tail);
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    // Pieces of a few bytes are joined, so that the seam above always sees the last three.
    const last = this.#tail.at(-1);
    if (last !== undefined && last.length < 3)
      this.#tail[this.#tail.length - 1] = Buffer.concat([last, piece]);
    else this.#tail.push(piece);
    this.#tailBytes += piece.length;
  }
}

/** Behind the last event. An empty line of which CR is here and LF may still come is not cut in two. */
function findCut(bytes: Buffer): number {
  const end = findLastEventEnd(bytes);
  const isHalfLine = end === bytes.length && bytes.subarray(-3).equals(halfLine);
  return isHalfLine ? findLastEventEnd(bytes, end - 2) : end;
}
