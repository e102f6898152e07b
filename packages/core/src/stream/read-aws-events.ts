import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { GrowingBytes } from './growing-bytes.ts';
import { type AwsHeader, readAwsHeaders } from './read-aws-headers.ts';

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
  readonly #headers = new HeaderReader();
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
      if (this.#frame.length === 0 && at + preludeLength <= chunk.length)
        this.#length = readLength(chunk.subarray(at, at + preludeLength), this.#limit);
      const missing = (this.#length ?? preludeLength) - this.#frame.length;
      const piece = chunk.subarray(at, at + missing);
      at += piece.length;
      if (this.#length !== undefined && piece.length === missing) {
        this.#length = undefined;
        // Not copied where all of it is in this chunk.
        events.push(readMessage(this.#frame.take(piece), this.#headers));
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

/** Reads headers; nearly every message of a stream has the same as the one before. */
class HeaderReader {
  #bytes = Buffer.alloc(0);
  #headers: ReadonlyMap<string, AwsHeader> = new Map();

  /** Of the bytes of a message from `start` to `end`. @throws Error where they are not well formed */
  read(message: Buffer, start: number, end: number): ReadonlyMap<string, AwsHeader> {
    if (message.compare(this.#bytes, 0, this.#bytes.length, start, end) === 0) return this.#headers;
    const bytes = Buffer.from(message.subarray(start, end));
    this.#headers = readAwsHeaders(bytes);
    this.#bytes = bytes;
    return this.#headers;
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

function readMessage(frame: Buffer, known: HeaderReader): AwsEvent {
  const end = frame.length - checksumLength;
  if (crc32(frame.subarray(0, end)) !== frame.readUInt32BE(end))
    throw new Error('the checksum of a message is wrong');
  const headersEnd = preludeLength + frame.readUInt32BE(4);
  const headers = known.read(frame, preludeLength, headersEnd);
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
