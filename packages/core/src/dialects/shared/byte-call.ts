import type { HeaderMap } from '../../protocol/answer.ts';
import type { Call, Dialect, Operation, SplicePoints } from '../../protocol/call.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import { codecOf } from '../load-codecs.ts';
import { unwrapRequest } from './carry-signatures.ts';
import { parseObject } from './wire-events.ts';

type Envelope = Omit<Call, 'bytes' | 'release' | 'canonical'>;

const nothing = Buffer.alloc(0);

/** A call around the caller's bytes, which are parsed only if somebody needs what is in them. */
export class ByteCall implements Call {
  readonly dialect: Dialect;
  readonly operation: Operation;
  readonly model: string;
  readonly stream: boolean;
  readonly wantsUsage: boolean;
  readonly wantsArray: boolean;
  readonly choices: number;
  readonly headers: HeaderMap;
  readonly splice: SplicePoints;
  bytes: Buffer;
  #canonical: ChatRequest | undefined;

  constructor(bytes: Buffer, envelope: Envelope) {
    this.bytes = bytes;
    this.dialect = envelope.dialect;
    this.operation = envelope.operation;
    this.model = envelope.model;
    this.stream = envelope.stream;
    this.wantsUsage = envelope.wantsUsage;
    this.wantsArray = envelope.wantsArray;
    this.choices = envelope.choices;
    this.headers = envelope.headers;
    this.splice = envelope.splice;
  }

  canonical(): ChatRequest {
    const { model, stream } = this;
    this.#canonical ??= unwrapRequest(
      codecOf(this.dialect).parseRequest(parseObject(this.bytes.toString('utf8')), { model, stream }),
      this.dialect,
    );
    return this.#canonical;
  }

  release(): void {
    this.bytes = nothing;
    this.#canonical = undefined;
  }
}
