import { bufferOf } from '../protocol/buffer-of.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { EventReader } from '../stream/read-events.ts';
import type { Attributes } from './open-telemetry.ts';
import { genAi } from './semantic-names.ts';

/** Bytes of a whole answer, and of an event, that are looked through. */
const longest = 1_048_576;
/** A reason that is told, in whichever format: nearly all events have none. */
const tellsFinish = /"(?:finish_reason|finishReason|stop_reason|status)"\s*:\s*"/;

/**
 * What an answer tells about itself, whichever format it is in: its id, its model, and why it ended. Nothing of what is said
 * in it.
 */
export class AnswerFacts {
  readonly isStream: boolean;
  readonly #isJson: boolean;
  #reader: EventReader | undefined;
  #isFirst = true;
  #id: string | undefined;
  #model: string | undefined;
  /** By choice. */
  readonly #finishes = new Map<number, string>();

  constructor(type: string) {
    this.isStream = /^text\/event-stream\b/i.test(type);
    this.#isJson = /\bjson\b/i.test(type);
  }

  whole(bytes: Uint8Array): void {
    if (!this.#isJson || bytes.byteLength > longest) return;
    this.#read(bufferOf(bytes).toString('utf8'));
  }

  piece(chunk: Uint8Array): undefined {
    this.#reader ??= new EventReader(longest);
    try {
      for (const { data } of this.#reader.push(bufferOf(chunk))) {
        if (this.#isFirst || tellsFinish.test(data)) this.#read(data);
        this.#isFirst = false;
      }
    } catch {
      // An event that is too large: what follows cannot be told apart from it.
      this.#reader = new EventReader(longest);
    }
  }

  /** `hasFailed`: it did not come to its end. */
  tell(told: Attributes, hasFailed: boolean): void {
    if (this.#id !== undefined) told[genAi.responseId] = this.#id;
    if (this.#model !== undefined) told[genAi.responseModel] = this.#model;
    const finishes = [...this.#finishes]
      .toSorted(([one], [other]) => one - other)
      .map(([, reason]) => reason);
    if (hasFailed && finishes.length === 0) finishes.push('error');
    if (finishes.length > 0) told[genAi.finishReasons] = finishes;
  }

  #read(text: string): void {
    const value = parse(text);
    if (isObject(value)) this.#take(value);
  }

  #take(answer: JsonObject): void {
    // Around the answer: Responses' events, and the first of Anthropic's.
    for (const inner of [answer['response'], answer['message']]) if (isObject(inner)) this.#take(inner);
    this.#id ??= nameOf(answer['id'] ?? answer['responseId']);
    this.#model ??= nameOf(answer['model'] ?? answer['modelVersion']);
    for (const list of [answer['choices'], answer['candidates']])
      if (Array.isArray(list)) list.forEach((choice, at) => this.#takeChoice(choice, at));
    const { delta, incomplete_details: incomplete } = answer;
    const ends = isObject(incomplete) ? incomplete['reason'] : finalOf(answer['status']);
    const stopped = isObject(delta) ? delta['stop_reason'] : undefined;
    this.#finish(0, answer['stop_reason'] ?? stopped ?? ends);
  }

  #takeChoice(choice: Json, at: number): void {
    if (!isObject(choice)) return;
    const { index } = choice;
    this.#finish(typeof index === 'number' ? index : at, choice['finish_reason'] ?? choice['finishReason']);
  }

  #finish(choice: number, reason: Json | undefined): void {
    const name = nameOf(reason);
    if (name !== undefined) this.#finishes.set(choice, name);
  }
}

/** Of the Responses API: what is still under way has not ended. */
function finalOf(status: Json | undefined): Json | undefined {
  return status === 'completed' || status === 'failed' || status === 'cancelled' ? status : undefined;
}

function nameOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 256) : undefined;
}

function parse(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
