import type { ProviderError } from './chat-answer.ts';
import type { StreamRenderer } from './codec.ts';

/** How one attempt at a stream that several may tell has broken off. */
export interface BreakingOff {
  readonly error: Error;
  /** The same in the words for the caller. */
  readonly problem: ProviderError;
  /** What is written already and has not been sent. */
  readonly written: string;
  /** Takes out of an error what no caller may see. */
  readonly hide: (bytes: Buffer) => Buffer;
}

/** One streamed answer that several attempts may tell, one where the other broke off. */
export interface Telling {
  /** The text so far; empty before the first attempt has shown any. */
  readonly said: string;
  /** White space at the end of it that the attempt under way was not told of: its vendor takes none there. */
  seam: string;
  /** The attempt under way says all of it again, as its vendor has it: even where it is so short that it could be chance. */
  isEchoed: boolean;
  /** An attempt is to be shown: what it says is written by this. `make`: for the first of them. */
  join(make: () => StreamRenderer): StreamRenderer;
  /** The attempt that was being shown has broken off. */
  breakOff(how: BreakingOff): void;
}
