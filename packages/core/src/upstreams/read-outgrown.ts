import { readUsage } from '../dialects/openai-chat/read-usage.ts';
import type { Usage } from '../protocol/usage.ts';
import { RawFormat } from '../stream/raw-format.ts';
import type { StreamReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';

/** Bytes at the end of an answer, where nearly all vendors tell the usage. */
const tailLength = 8192;

/** A whole answer that is too large to be held: its bytes pass, and what it tells at its end is read. */
export class OutgrownStream extends RawFormat implements StreamReading {
  #tail: Buffer = Buffer.alloc(0);

  constructor(secrets: Secrets) {
    super((bytes) => secrets.hideInAnswer(bytes), secrets.longest);
  }

  get usage(): Usage | undefined {
    return readUsage(this.#tail);
  }

  override take(chunk: Buffer): Buffer {
    // A copy: the chunk itself is not to be held by its end.
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-tailLength)]).subarray(-tailLength);
    return super.take(chunk);
  }
}
