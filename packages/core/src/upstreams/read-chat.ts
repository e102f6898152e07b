import { isBareError, isJsonObject, parseError } from '../dialects/openai-chat/inspect-answer.ts';
import { readOpening } from '../dialects/openai-chat/opens-stream.ts';
import { readErrorStatus } from '../dialects/openai-chat/read-error.ts';
import { readUsage } from '../dialects/openai-chat/read-usage.ts';
import { StreamTap } from '../dialects/openai-chat/tap-stream.ts';
import type { GatewayError } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { Call } from '../protocol/call.ts';
import type { Usage } from '../protocol/usage.ts';
import { EventFormat } from '../stream/event-format.ts';
import { findNextEventEnd, readEventData } from '../stream/find-event-end.ts';
import type { AnswerReading, Opening, Problem, StreamReading, WholeReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';
import { readChatError } from './read-chat-error.ts';

const hold: Opening = { kind: 'hold' };

/** OpenAI's format on both sides: bytes pass as they are, and only what must be known is read of them. */
export class ChatReading implements AnswerReading {
  readonly passesBytes = true;
  readonly streamType = 'text/event-stream';
  readonly sentType = undefined;
  readonly dropped: readonly string[] = [];
  readonly #call: Pick<Call, 'wantsUsage' | 'choices' | 'ceiling'>;
  readonly #secrets: Secrets;

  constructor({ wantsUsage, choices, ceiling }: Call, secrets: Secrets) {
    // The call itself is not kept: its body must not live as long as the stream.
    this.#call = { wantsUsage, choices, ceiling };
    this.#secrets = secrets;
  }

  isStream(): boolean {
    return false;
  }

  openStream(): (chunk: Buffer) => Opening {
    let held: Buffer[] = [];
    let scanned = 0;
    return (chunk) => {
      held.push(chunk);
      // Only a line break can end an event; without one the pieces need not be joined.
      if (!chunk.includes(0x0a) && !chunk.includes(0x0d)) return hold;
      const bytes = held.length === 1 ? chunk : Buffer.concat(held);
      held = [bytes];
      for (;;) {
        const end = findNextEventEnd(bytes, scanned);
        if (end === 0) return hold;
        const opening = readOpening(readEventData(bytes.subarray(scanned, end)));
        if (opening.kind === 'error') return { kind: 'error', problem: problemOfEvent(opening.error) };
        if (opening.kind !== 'hold') return opening;
        scanned = end;
      }
    };
  }

  readStream(broken: (reason: string) => GatewayError): StreamReading {
    return new ChatStream(new StreamTap(this.#call, this.#secrets), broken);
  }

  readWhole(whole: Buffer, broken: (reason: string) => GatewayError): WholeReading | Promise<WholeReading> {
    const body = this.#secrets.hideInAnswer(whole);
    if (!isJsonObject(body)) throw broken('the answer is not a JSON object');
    if (isBareError(body)) return this.readError(readErrorStatus(parseError(body)), {}, body);
    return { body, usage: readUsage(body) };
  }

  readError(status: number, headers: HeaderMap, body: Buffer): Problem {
    return readChatError(status, headers, body);
  }
}

function problemOfEvent(error: unknown): Problem {
  const status = readErrorStatus(error);
  const headers = { 'content-type': 'application/json' };
  return { status, answer: { status, headers, body: Buffer.from(JSON.stringify({ error })) } };
}

class ChatStream extends EventFormat implements StreamReading {
  readonly #tap: StreamTap;

  constructor(tap: StreamTap, broken: (reason: string) => GatewayError) {
    super(tap, broken);
    this.#tap = tap;
  }

  get usage(): Usage | undefined {
    return this.#tap.usage;
  }

  estimateOutput(): number {
    return this.#tap.estimateOutput();
  }
}
