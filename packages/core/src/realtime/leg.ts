import { Duplex } from 'node:stream';

/** What a leg tells. */
export interface LegOwner {
  /** Bytes of the upstream's; `taken` lets more come. */
  take(chunk: Buffer, taken: () => void): void;
  /** The upstream has said all that it will. */
  ended(): void;
  /** The upstream can take more. */
  ready(): void;
}

/** What the proxy takes for the caller's socket. */
export class Leg extends Duplex {
  #owner: LegOwner | undefined;
  #hasHead = false;
  /** What happened before anybody wanted to know. */
  #untold: ((owner: LegOwner) => void) | undefined;

  own(owner: LegOwner): void {
    this.#owner = owner;
    this.#untold?.(owner);
    this.#untold = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: () => void): void {
    // The head of the answer comes first, in one piece, and is not what callers are told.
    if (this.#hasHead) return this.#tell((owner) => owner.take(chunk, taken));
    this.#hasHead = true;
    taken();
  }

  override _final(taken: () => void): void {
    taken();
    this.#tell((owner) => owner.ended());
  }

  override _read(): void {
    this.#owner?.ready();
  }

  /** There is never more than one thing to tell: the next waits until the last is taken. */
  #tell(what: (owner: LegOwner) => void): void {
    if (this.#owner === undefined) this.#untold = what;
    else what(this.#owner);
  }

  /* Of the caller's real socket these are set once, by whoever has it. */

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}
