import type { ByteStream } from '../stream/byte-stream.ts';

/** Header names are lower case; only what may cross to the caller is here. */
export type HeaderMap = Record<string, string>;

/** An answer in the caller's own dialect, byte for byte; the only kind so far. */
export interface Answer {
  readonly kind: 'verbatim';
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: Uint8Array | ByteStream;
}
