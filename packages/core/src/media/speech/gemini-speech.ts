import { renderErrorEvent } from '../../dialects/openai-chat/word-error.ts';
import { isObject, parseJson, protocolError } from '../../dialects/shared/read.ts';
import type { SpeechRequest } from '../../protocol/audio.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaStream } from '../../protocol/media.ts';
import type { Usage } from '../../protocol/usage.ts';
import { EventReader } from '../../stream/read-events.ts';
import { withMedia } from '../shared/add-media.ts';
import { countedIn, cutOff, filteredBy, finishOf } from '../shared/read-gemini.ts';
import { writeEvent } from '../shared/write-event.ts';
import { charactersOf } from './count-characters.ts';
import { soundIn } from './read-sound.ts';
import { wavHeader } from './write-wav.ts';

/** Bytes of one event: some models say all of it in one, a quarter of an hour. */
const eventLimit = 67_108_864;

/** Sound that comes in events: its bytes, with the header of a file before them if wanted, or events as OpenAI has them. */
export class GeminiSpeech implements MediaStream {
  readonly #events = new EventReader(eventLimit);
  readonly #format: 'wav' | 'pcm';
  readonly #request: SpeechRequest;
  #begun = false;
  #isFinished = false;
  #counted: Usage | undefined;

  constructor(format: 'wav' | 'pcm', request: SpeechRequest) {
    this.#format = format;
    this.#request = request;
  }

  get usage(): Usage {
    return withMedia(this.#counted, { characters: charactersOf(this.#request) });
  }

  take(chunk: Buffer): Buffer {
    return this.#render(this.#events.push(chunk));
  }

  isComplete(): boolean {
    return this.#begun && this.#isFinished;
  }

  end(): Buffer {
    const last = this.#render(this.#events.end());
    if (!this.isComplete()) throw protocolError('the stream ended before its last event');
    if (!this.#isEvents) return last;
    const { inputTokens: input, outputTokens: output } = this.usage;
    const usage = { input_tokens: input, output_tokens: output, total_tokens: input + output };
    return Buffer.concat([last, Buffer.from(writeEvent({ type: 'speech.audio.done', usage }))]);
  }

  breakOff(error: Error): Buffer | undefined {
    return this.#isEvents ? renderErrorEvent(error) : undefined;
  }

  get #isEvents(): boolean {
    return this.#request.streamFormat === 'sse';
  }

  #render(events: readonly { readonly data: string }[]): Buffer {
    return Buffer.concat(events.flatMap(({ data }) => this.#read(parseJson(data))));
  }

  #read(body: unknown): readonly Buffer[] {
    if (!isObject(body) || isObject(body['error'])) throw protocolError('an event is no answer');
    this.#counted = countedIn(body) ?? this.#counted;
    if (finishOf(body) !== undefined) this.#isFinished = true;
    const pieces = this.#piecesOf(body);
    const error = (this.#begun ? undefined : filteredBy(body)) ?? cutOff(body);
    if (error !== undefined) throw error;
    return pieces.map((piece) =>
      this.#isEvents
        ? Buffer.from(writeEvent({ type: 'speech.audio.delta', audio: piece.toString('base64') }))
        : piece,
    );
  }

  #piecesOf(body: JsonObject): readonly Buffer[] {
    return soundIn(body).flatMap(({ rate, data }) => {
      const header = this.#begun || this.#format === 'pcm' ? [] : [wavHeader({ rate }, undefined)];
      this.#begun = true;
      return [...header, data];
    });
  }
}
