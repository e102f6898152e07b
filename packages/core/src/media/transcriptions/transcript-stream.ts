import { renderErrorEvent } from '../../dialects/openai-chat/word-error.ts';
import { defined, isObject, parseJson, protocolError } from '../../dialects/shared/read.ts';
import type { TranscriptionRequest } from '../../protocol/audio.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaStream } from '../../protocol/media.ts';
import type { Usage } from '../../protocol/usage.ts';
import { eventLimit } from '../../stream/event-limit.ts';
import { EventReader } from '../../stream/read-events.ts';
import { withMedia } from '../shared/add-media.ts';
import { writeEvent } from '../shared/write-event.ts';
import { renderUsage } from './convert-usage.ts';
import { wavSeconds } from './wav-seconds.ts';

/** What one event of a vendor's tells. */
export interface TranscriptEvent {
  /** What was said next. */
  readonly delta?: string | undefined;
  /** All that was said, where it is told at the end. */
  readonly text?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly isLast?: boolean;
}

/** A vendor's events become OpenAI's: `transcript.text.delta`, and `transcript.text.done` at the end. */
export class TranscriptStream implements MediaStream {
  readonly #events = new EventReader(eventLimit);
  readonly #request: TranscriptionRequest;
  readonly #parse: (data: JsonObject) => TranscriptEvent;
  #text = '';
  #counted: Usage | undefined;
  #isFinished = false;

  /** `parse` throws for what is no event. */
  constructor(request: TranscriptionRequest, parse: (data: JsonObject) => TranscriptEvent) {
    this.#request = request;
    this.#parse = parse;
  }

  get usage(): Usage {
    return withMedia(this.#counted, { seconds: wavSeconds(this.#request.file) });
  }

  take(chunk: Buffer): Buffer {
    return this.#render(this.#events.push(chunk));
  }

  isComplete(): boolean {
    return this.#isFinished;
  }

  end(): Buffer {
    const last = this.#render(this.#events.end());
    if (!this.#isFinished) throw protocolError('the stream ended before its last event');
    const done = defined({ type: 'transcript.text.done', text: this.#text, usage: renderUsage(this.usage) });
    return Buffer.concat([last, Buffer.from(writeEvent(done))]);
  }

  breakOff(error: Error): Buffer {
    return renderErrorEvent(error);
  }

  #render(events: readonly { readonly data: string }[]): Buffer {
    return Buffer.from(events.map(({ data }) => this.#read(data)).join(''));
  }

  #read(text: string): string {
    if (text.trim() === '[DONE]') return '';
    const data = parseJson(text);
    if (!isObject(data) || isObject(data['error'])) throw protocolError('an event is none of a transcript');
    const { delta = '', text: all, usage, isLast = false } = this.#parse(data);
    this.#text = all ?? this.#text + delta;
    this.#counted = usage ?? this.#counted;
    this.#isFinished ||= isLast;
    return delta === '' ? '' : writeEvent({ type: 'transcript.text.delta', delta });
  }
}
