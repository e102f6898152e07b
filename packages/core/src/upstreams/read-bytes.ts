import type { HeaderMap } from '../protocol/answer.ts';
import type { Usage } from '../protocol/usage.ts';
import { RawFormat } from '../stream/raw-format.ts';
import type { AnswerReading, Opening, Problem, StreamReading, WholeReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';
import { readChatError } from './read-chat-error.ts';
import { isText } from './response-headers.ts';

const commit: Opening = { kind: 'commit' };

/** What is not looked at: files, and all that the gateway has no words for. It passes as it comes, whatever it is. */
export class BytesReading implements AnswerReading {
  readonly passesBytes = true;
  readonly streamType = '';
  readonly sentType = undefined;
  readonly dropped: readonly string[] = [];
  readonly #secrets: Secrets;
  #isText = true;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  isStream(): boolean {
    return true;
  }

  takesBytes(type: string): boolean {
    this.#isText = isText(type);
    return true;
  }

  openStream(): () => Opening {
    return () => commit;
  }

  readStream(): StreamReading {
    return new BytesStream(this.#isText ? this.#secrets : undefined);
  }

  /** Of an answer without a body. */
  readWhole(body: Buffer): WholeReading {
    return { body: this.#secrets.hideInAnswer(body), usage: undefined };
  }

  readError(status: number, headers: HeaderMap, body: Buffer): Problem {
    return readChatError(status, headers, body);
  }
}

/** In what is text, the key is looked for as it flows. */
class BytesStream extends RawFormat implements StreamReading {
  readonly usage: Usage | undefined = undefined;

  constructor(secrets: Secrets | undefined) {
    super((bytes) => secrets?.hideInAnswer(bytes) ?? bytes, secrets?.longest ?? 0);
  }
}
