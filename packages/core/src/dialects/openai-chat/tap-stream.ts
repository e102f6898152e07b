import type { Call } from '../../protocol/call.ts';
import type { Usage } from '../../protocol/usage.ts';
import type { EventTap } from '../../stream/event-format.ts';
import { findLastEventEnd, findNextEventEnd, readEventData } from '../../stream/find-event-end.ts';
import { beyondCeiling, isBeyond, tokensAtLeast } from '../shared/ceiling.ts';
import { measureEvents, tokensOf } from './measure-events.ts';
import { convertUsage, isRecord } from './meter-usage.ts';
import { renderErrorEvent } from './word-error.ts';

/** The end of a name that every usage object has (`prompt_tokens`, `total_tokens`), and hardly anything else: quotes in text are escaped. */
const tokenCount = Buffer.from('_tokens"');
const doneEvent = Buffer.from('\ndata: [DONE]\n');
const nothing = Buffer.alloc(0);
/** Of so many pieces of a stream one is measured: a prime, so that what comes by turns (words and signs of life) is met by turns, too. */
const oneOf = 7;

/** Takes out of bytes what is not for the caller. */
interface Hiding {
  hideInAnswer(bytes: Buffer): Buffer;
}

const hidesNothing: Hiding = { hideInAnswer: (bytes) => bytes };

/** Watches a verbatim stream: reads the usage, and takes out the usage chunk that the caller did not ask for. */
export class StreamTap implements EventTap {
  readonly #wantsUsage: boolean;
  readonly #choices: number;
  readonly #secrets: Hiding;
  #finished = 0;
  #last: Buffer = nothing;
  #beforeLast: Buffer = nothing;
  /** Bytes since usage was told, or since the start. */
  #bytes = 0;
  readonly #ceiling: number | undefined;
  /** Where there is a ceiling: how many bytes came, in how many pieces that may be beyond it; and what those that were measured say. */
  #pieces = 0;
  #all = 0;
  #sampled = 0;
  #events = 0;
  #characters = 0;
  usage: Usage | undefined;

  /** `secrets`: what must not be seen of the upstream's side, should it quote it. */
  constructor(
    { wantsUsage, choices, ceiling }: Pick<Call, 'wantsUsage' | 'choices' | 'ceiling'>,
    secrets: Hiding = hidesNothing,
  ) {
    this.#wantsUsage = wantsUsage;
    this.#ceiling = ceiling;
    this.#choices = choices;
    this.#secrets = secrets;
  }

  pass(events: Buffer): Buffer {
    if (events.length === 0) return events;
    this.#beforeLast = this.#last;
    this.#last = events;
    this.#bytes += events.length;
    if (this.#ceiling !== undefined) this.#measure(events, this.#ceiling);
    if (this.#choices > 1) this.#finished += countFinishes(events);
    let passed = this.#secrets.hideInAnswer(events);
    for (let at = passed.indexOf(tokenCount); at >= 0; ) {
      const start = findLastEventEnd(passed, at);
      const end = findNextEventEnd(passed, at) || passed.length;
      if (this.#readUsage(passed.subarray(start, end))) {
        passed = end === passed.length ? passed.subarray(0, start) : cut(passed, start, end);
        at = passed.indexOf(tokenCount, start);
      } else at = passed.indexOf(tokenCount, end);
    }
    return passed;
  }

  /**
   * About how many tokens came so far: those that were told, and what came after that, of which the last events are a
   * sample. Nothing else is done for it while the stream flows.
   */
  estimateOutput(): number {
    const told = this.usage?.outputTokens ?? 0;
    const sample = Buffer.concat([this.#beforeLast, this.#last]);
    if (this.#bytes === 0 || sample.length === 0) return told;
    return told + Math.ceil((tokensOf(measureEvents(sample)) * this.#bytes) / sample.length);
  }

  /** Set once more has come than the call was allowed. */
  get failure(): Error | undefined {
    if (this.#ceiling === undefined) return undefined;
    const tokens = Math.max(this.usage?.outputTokens ?? 0, this.#tokens);
    return isBeyond(tokens, this.#ceiling) ? beyondCeiling(this.#ceiling) : undefined;
  }

  /** Tokens that came at least, if the others are like those that were measured. */
  get #tokens(): number {
    const tokens = tokensAtLeast({ events: this.#events, characters: this.#characters });
    return this.#sampled === 0 ? 0 : (tokens * this.#all) / this.#sampled;
  }

  /** To measure a piece costs as much as all else that is done with it: only near the ceiling is every one worth that. */
  #measure(bytes: Buffer, ceiling: number): void {
    this.#all += bytes.length;
    // Not even if all that came were what the model says.
    if (!isBeyond(tokensAtLeast({ events: 0, characters: this.#all }), ceiling)) return;
    if (this.#pieces++ % oneOf !== 0 && this.#tokens < ceiling) return;
    const { events, characters } = measureEvents(bytes);
    this.#sampled += bytes.length;
    this.#events += events;
    this.#characters += characters;
  }

  /** `[DONE]`, a finish reason for every choice, or an error among the last events: the provider had nothing more to say. */
  isComplete(): boolean {
    if (this.#last.lastIndexOf(doneEvent) >= 0) return true;
    const end = Buffer.concat([this.#beforeLast, this.#last]).toString('latin1');
    if (/^data: ?\[DONE\]/m.test(end) || this.#endsWithError()) return true;
    return this.#choices > 1 ? this.#finished >= this.#choices : /"finish_reason" ?: ?"[^"]/.test(end);
  }

  /** The provider told of an error in its last event; elsewhere in an event the word means something else. */
  #endsWithError(): boolean {
    const start = findLastEventEnd(this.#last, this.#last.length - 2);
    const chunk = parseChunk(readEventData(this.#last.subarray(start)));
    return (
      isRecord(chunk) &&
      (isRecord(chunk['error']) || (typeof chunk['error'] === 'string' && chunk['error'] !== ''))
    );
  }

  isEvent(bytes: Buffer): boolean {
    const data = readEventData(bytes);
    return data === '[DONE]' || isRecord(parseChunk(data));
  }

  renderError(error: Error): Buffer {
    return renderErrorEvent(error);
  }

  /** Returns whether the event is nothing but usage, and unasked for (clients index `choices[0]`). */
  #readUsage(event: Buffer): boolean {
    const chunk = parseChunk(readEventData(event));
    if (!isRecord(chunk)) return false;
    const choices = Array.isArray(chunk['choices']) ? chunk['choices'] : undefined;
    const told = convertUsage(chunk['usage']) ?? usageElsewhere(chunk, choices);
    if (told !== undefined) {
      this.usage = told;
      this.#bytes = 0;
    }
    return !this.#wantsUsage && choices?.length === 0 && isRecord(chunk['usage']);
  }
}

function cut(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

function countFinishes(events: Buffer): number {
  return events.toString('latin1').match(/"finish_reason" ?: ?"[^"]/g)?.length ?? 0;
}

/** Groq reports usage in `x_groq`, Moonshot inside the last choice. */
function usageElsewhere(chunk: Record<string, unknown>, choices: unknown[] | undefined): Usage | undefined {
  const groq = chunk['x_groq'];
  const choice: unknown = choices?.at(-1);
  return (
    (isRecord(groq) ? convertUsage(groq['usage']) : undefined) ??
    (isRecord(choice) ? convertUsage(choice['usage']) : undefined)
  );
}

function parseChunk(data: string | undefined): unknown {
  try {
    return data === undefined ? undefined : JSON.parse(data);
  } catch {
    return undefined;
  }
}
