import type { ContentSource } from './observe/observer.ts';
import type { RequestRecord } from './observe/request-record.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, Dialect, Operation } from './protocol/call.ts';
import { Confidential } from './protocol/confidential.ts';
import type { ContentRecord } from './protocol/ledger.ts';
import type { Logger } from './protocol/logger.ts';
import type { Form } from './protocol/media.ts';
import type { KeptText } from './redact-content.ts';
import { watchStream } from './stream/watch-stream.ts';

/** Bytes of a question, and of an answer. */
const longest = 262_144;
/** Bytes of all that is kept of requests under way. */
const mostAtOnce = 67_108_864;

export interface ContentParts {
  readonly logger: Logger;
  /** Gives what may be kept of a text. Undefined: all of it. */
  readonly redact:
    | ((kept: KeptText, of: { readonly operation: Operation; readonly dialect: Dialect }) => Promise<string>)
    | undefined;
}

/** Keeps what is asked and answered until the request is written down. What waits is bounded: beyond that it is dropped. */
export class ContentKeeper {
  readonly #parts: ContentParts;
  #held = 0;
  #dropped = 0;

  constructor(parts: ContentParts) {
    this.#parts = parts;
  }

  /** Contents of which nothing was kept, for want of memory or because they could not be looked through. */
  get dropped(): number {
    return this.#dropped;
  }

  /** For a call that leaves traces. */
  open(call: Call, record: Pick<RequestRecord, 'id' | 'keeps'>): CallContent {
    const content = new CallContent(call, {
      claim: (bytes) => this.#claim(bytes),
      release: (bytes) => {
        this.#held -= bytes;
      },
      failed: (error) => this.#failed(error, record.id),
      redact: this.#parts.redact,
    });
    record.keeps(content);
    return content;
  }

  #claim(bytes: number): boolean {
    if (this.#held + bytes > mostAtOnce) return false;
    this.#held += bytes;
    return true;
  }

  #failed(error: Error, requestId: string): void {
    this.#dropped++;
    // What could not be looked through is not told either.
    this.#parts.logger.warn({ requestId, reason: error.name }, 'the content of a call was not kept');
  }
}

interface Keeping extends Pick<ContentParts, 'redact'> {
  /** False where there is no room. */
  readonly claim: (bytes: number) => boolean;
  readonly release: (bytes: number) => void;
  readonly failed: (error: Error) => void;
}

/** What one call has asked, and was answered. */
class CallContent implements ContentSource {
  readonly #keeping: Keeping;
  readonly #of: { readonly operation: Operation; readonly dialect: Dialect };
  readonly #isArray: boolean;
  #question: KeptText | undefined;
  #pieces: Uint8Array[] = [];
  #type = '';
  #isKept = false;
  /** Of the answer: all of it, and what is kept of it. */
  #bytes = 0;
  #room = longest;
  #claimed = 0;
  #hasNoRoom = false;

  constructor(call: Call, keeping: Keeping) {
    const { operation, dialect, bytes, form, wantsArray } = call;
    this.#keeping = keeping;
    this.#of = { operation, dialect };
    this.#isArray = wantsArray;
    const asked = form === undefined ? bytes : Buffer.from(writeForm(form));
    if (this.#claim(Math.min(asked.byteLength, longest)))
      this.#question = { text: textOf(asked), form: 'json', isCut: asked.byteLength > longest };
  }

  /** The same answer; what passes is kept. */
  watch(answer: Answer): Answer {
    const { body, headers } = answer;
    this.#type = headers['content-type'] ?? '';
    this.#isKept = /\bjson\b|^text\/|^application\/x-subrip/i.test(this.#type);
    if (body instanceof Uint8Array) {
      this.#see(body);
      return answer;
    }
    const see = (chunk: Uint8Array): undefined => {
      this.#see(chunk);
    };
    return { ...answer, body: watchStream(body, { see, end: () => undefined }) };
  }

  async take(): Promise<Pick<ContentRecord, 'answer' | 'question'> | undefined> {
    const asked = this.#question;
    const answered = this.#answer();
    this.drop();
    if (asked === undefined || this.#hasNoRoom) {
      this.#keeping.failed(new RangeError('too much is kept already'));
      return undefined;
    }
    const { redact } = this.#keeping;
    try {
      const [question, answer] =
        redact === undefined
          ? [asked.text, answered.text]
          : [await redact(asked, this.#of), await redact(answered, this.#of)];
      return { question: new Confidential(question), answer: new Confidential(answer) };
    } catch (error) {
      this.#keeping.failed(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  drop(): void {
    this.#keeping.release(this.#claimed);
    this.#claimed = 0;
    this.#pieces = [];
    this.#question = undefined;
  }

  #see(chunk: Uint8Array): void {
    this.#bytes += chunk.byteLength;
    if (!this.#isKept || this.#room === 0 || this.#hasNoRoom) return;
    const piece = chunk.subarray(0, this.#room);
    if (!this.#claim(piece.byteLength)) return;
    this.#room -= piece.byteLength;
    // Not the whole of what it is a part of.
    this.#pieces.push(Buffer.from(piece));
  }

  #claim(bytes: number): boolean {
    if (!this.#keeping.claim(bytes)) this.#hasNoRoom = true;
    else this.#claimed += bytes;
    return !this.#hasNoRoom;
  }

  #answer(): KeptText {
    if (!this.#isKept && this.#bytes > 0)
      return { text: JSON.stringify({ type: this.#type, bytes: this.#bytes }), form: 'json', isCut: false };
    const isCut = this.#bytes > longest;
    const text = textOf(Buffer.concat(this.#pieces));
    if (/^text\/event-stream\b/i.test(this.#type)) return { text, form: 'events', isCut };
    const isJson = /\bjson\b/i.test(this.#type);
    if (isJson && this.#isArray) return { text, form: 'array', isCut };
    return { text, form: isJson ? 'json' : 'plain', isCut };
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, longest)).toString('utf8');
}

/** What is in files is not kept. */
function writeForm({ fields, files }: Form): string {
  const named = files.map(([name, file]) => ({
    name,
    filename: file.name,
    type: file.type,
    bytes: file.size,
  }));
  return JSON.stringify({ fields: fields.map(([name, value]) => ({ [name]: value })), files: named });
}
