import { Buffer } from 'node:buffer';

const nothing = Buffer.alloc(0);

/** Bytes put together piece by piece, in linear time and little memory however small the pieces are. */
export class GrowingBytes {
  #bytes = nothing;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.#bytes.length * 2, 256));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** What has come so far; valid until the next `append`. */
  peek(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** What has come so far and `last`, which is not copied where it is all there is; starts anew. */
  take(last: Buffer = nothing): Buffer {
    if (this.#length === 0) return last;
    this.append(last);
    const all = this.peek();
    this.#bytes = nothing;
    this.#length = 0;
    return all;
  }
}
