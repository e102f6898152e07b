import type { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { GrowingBytes } from './growing-bytes.ts';
import { readAwsHeaders } from './read-aws-headers.ts';

/** One message of an AWS event stream: what its headers call it, and its payload. */
export interface AwsEvent {
  readonly type: 'event' | 'exception' | 'error';
  /** `:event-type`, `:exception-type` or `:error-code`. */
  readonly name: string;
  /** The payload; of an `error`, which has none, `{"message": …}`. */
  readonly data: string;
}

/** Total length, length of the headers, checksum of these two; 4 bytes each. */
const preludeLength = 12;
const checksumLength = 4;

/**
 * Messages of an AWS event stream (`application/vnd.amazon.eventstream`) out of bytes that are cut anywhere; both checksums
 * of each are verified (https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html). Linear time.
 */
export class AwsEventReader {
  readonly #limit: number;
  readonly #frame = new GrowingBytes();
  /** Bytes of the message that has begun; unknown until its prelude is here. */
  #length: number | undefined;

  /** `limit`: bytes that one message may have, with its headers. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws Error where a message is corrupt or larger than the limit */
  push(chunk: Buffer): AwsEvent[] {
    const events: AwsEvent[] = [];
    let at = 0;
    while (at < chunk.length) {
      const missing = (this.#length ?? preludeLength) - this.#frame.length;
      const piece = chunk.subarray(at, at + missing);
      at += piece.length;
      if (this.#length !== undefined && piece.length === missing) {
        this.#length = undefined;
        events.push(readMessage(this.#frame.take(piece)));
        continue;
      }
      this.#frame.append(piece);
      if (this.#length === undefined && piece.length === missing)
        this.#length = readLength(this.#frame.peek(), this.#limit);
    }
    return events;
  }

  /** @throws Error where the stream ended inside a message */
  end(): AwsEvent[] {
    if (this.#frame.length > 0) throw new Error('the stream ended inside a message');
    return [];
  }
}

/** Checked before the length is believed: a corrupt one would make us wait for gigabytes. */
function readLength(prelude: Buffer, limit: number): number {
  if (crc32(prelude.subarray(0, 8)) !== prelude.readUInt32BE(8))
    throw new Error('the checksum of a message prelude is wrong');
  const length = prelude.readUInt32BE(0);
  if (length > limit) throw new Error(`a message is larger than ${limit} bytes`);
  if (length < preludeLength + prelude.readUInt32BE(4) + checksumLength)
    throw new Error('a message is shorter than its headers');
  return length;
}

function readMessage(frame: Buffer): AwsEvent {
  const end = frame.length - checksumLength;
  if (crc32(frame.subarray(0, end)) !== frame.readUInt32BE(end))
    throw new Error('the checksum of a message is wrong');
  const headersEnd = preludeLength + frame.readUInt32BE(4);
  const headers = readAwsHeaders(frame.subarray(preludeLength, headersEnd));
  const text = (name: string): string => {
    const value = headers.get(name);
    return typeof value === 'string' ? value : '';
  };
  const data = frame.toString('utf8', headersEnd, end);
  const type = headers.get(':message-type');
  if (type === 'event') return { type, name: text(':event-type'), data };
  if (type === 'exception') return { type, name: text(':exception-type'), data };
  if (type === 'error')
    return { type, name: text(':error-code'), data: JSON.stringify({ message: text(':error-message') }) };
  throw new Error('a message has no type that is known');
}
