import type { HeaderMap } from '../protocol/answer.ts';
import type { NativePassing } from '../protocol/call.ts';
import type { Usage } from '../protocol/usage.ts';
import { RawFormat } from '../stream/raw-format.ts';
import type { Problem, StreamReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';
import { BytesReading } from './read-bytes.ts';
import { readChatError } from './read-chat-error.ts';
import { UsageTap } from './tap-usage.ts';

/** Of Google's resumable uploads: https://ai.google.dev/api/files#method:-media.upload. */
const ofUploads = /^x-goog-upload-(?:status|url|chunk-granularity|size-received)$/;

/** What a caller asks of the upstream itself: the answer as it comes, an error in the upstream's own words. */
export class PassedReading extends BytesReading {
  readonly passesErrors = true;
  readonly #secrets: Secrets;
  readonly #isMetered: boolean;
  #isJson = false;

  constructor(secrets: Secrets, { isMetered }: Pick<NativePassing, 'isMetered'>) {
    super(secrets);
    this.#secrets = secrets;
    this.#isMetered = isMetered;
  }

  override takesBytes(type: string): boolean {
    this.#isJson = /^application\/json\b/.test(type);
    return super.takesBytes(type);
  }

  override readStream(): StreamReading {
    return this.#isMetered && this.#isJson ? new MeteredStream(this.#secrets) : super.readStream();
  }

  pickHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): HeaderMap {
    const picked: HeaderMap = {};
    for (const [name, value] of Object.entries(headers))
      if (typeof value === 'string' && ofUploads.test(name))
        picked[name] = this.#secrets.hideInHeader(value.replace(/[^\t\x20-\x7e]/g, '?'));
    return picked;
  }

  override readError(status: number, headers: HeaderMap, body: Buffer): Problem {
    // What it means is found out; how it is worded is between the upstream and the caller.
    return { ...readChatError(status, headers, body), answer: { status, headers, body } };
  }
}

class MeteredStream extends RawFormat implements StreamReading {
  readonly #tap = new UsageTap();

  constructor(secrets: Secrets) {
    super((bytes) => secrets.hideInAnswer(bytes), secrets.longest);
  }

  get usage(): Usage | undefined {
    return this.#tap.usage;
  }

  override take(chunk: Buffer): Buffer {
    this.#tap.see(chunk);
    return super.take(chunk);
  }
}
