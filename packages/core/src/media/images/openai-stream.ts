import { renderErrorEvent } from '../../dialects/openai-chat/word-error.ts';
import { isObject, parseJson, protocolError } from '../../dialects/shared/read.ts';
import type { ImageRequest } from '../../protocol/image.ts';
import type { MediaStream } from '../../protocol/media.ts';
import { addUsage, type Usage } from '../../protocol/usage.ts';
import { findNextEventEnd, readEventData } from '../../stream/find-event-end.ts';
import { WholeEvents } from '../../stream/whole-events.ts';
import { parseUsage } from './convert-usage.ts';

/** Bytes of one event: a picture of 3840x2160 in Base64, and room to spare. */
const eventLimit = 67_108_864;
const nothing = Buffer.alloc(0);

/** Events of a vendor who writes them as OpenAI does pass as they are; what they count is read from the last ones. */
export class ImageEvents implements MediaStream {
  readonly #events = new WholeEvents(eventLimit);
  readonly #asked: number;
  #made = 0;
  #isRefused = false;
  #usage: Usage | undefined;

  constructor({ n }: ImageRequest) {
    this.#asked = n ?? 1;
  }

  get usage(): Usage | undefined {
    if (this.#made === 0) return this.#usage;
    const usage = this.#usage ?? {
      inputTokens: 0,
      outputTokens: 0,
      cachedInputTokens: 0,
      reasoningTokens: 0,
    };
    return { ...usage, media: { ...usage.media, images: this.#made } };
  }

  take(chunk: Buffer): Buffer {
    const whole = this.#events.take(chunk);
    if (this.#events.overflowed) throw protocolError(`an event is larger than ${eventLimit} bytes`);
    this.#read(whole);
    return whole;
  }

  isComplete(): boolean {
    return this.#isRefused || this.#made >= this.#asked;
  }

  end(): Buffer {
    const rest = this.#events.rest();
    const last =
      rest.length > 0 && isObject(dataOf(rest)) ? Buffer.concat([rest, Buffer.from('\n\n')]) : nothing;
    this.#read(last);
    // Fewer than were asked for: the others were filtered.
    if (this.#made === 0 && !this.#isRefused) throw protocolError('the stream ended before its image');
    return last;
  }

  breakOff(error: Error): Buffer {
    return renderErrorEvent(error);
  }

  #read(events: Buffer): void {
    for (let start = 0; start < events.length; ) {
      const end = findNextEventEnd(events, start) || events.length;
      this.#readEvent(events.subarray(start, end));
      start = end;
    }
  }

  #readEvent(event: Buffer): void {
    // Partial images, which may be large, are not read.
    if (!event.includes('.completed"') && !event.includes('"error"')) return;
    const data = dataOf(event);
    if (!isObject(data)) return;
    if (isObject(data['error'])) this.#isRefused = true;
    if (typeof data['type'] !== 'string' || !data['type'].endsWith('.completed')) return;
    this.#made++;
    const usage = parseUsage(data['usage']);
    if (usage !== undefined) this.#usage = this.#usage === undefined ? usage : addUsage(this.#usage, usage);
  }
}

function dataOf(event: Buffer): unknown {
  return parseJson(readEventData(event) ?? '');
}
