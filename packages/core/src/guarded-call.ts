import { isObject } from './dialects/shared/read.ts';
import { isWord, placeOf } from './guard/json-places.ts';
import { readString, walkJson } from './guard/walk-json.ts';
import { bufferOf } from './protocol/buffer-of.ts';
import type { Call, Dialect, Operation } from './protocol/call.ts';
import type { Exchange } from './protocol/exchange.ts';
import type { GuardedCall } from './protocol/guard.ts';
import type { Json, JsonObject } from './protocol/json.ts';
import type { MediaBody } from './protocol/media.ts';
import type { Principal } from './protocol/principal.ts';

/** What a guard is shown: a call, what was read of a request that is none, or no more than its head. */
export type Shown = Pick<Call, 'dialect' | 'model' | 'operation' | 'stream'> &
  Partial<Pick<Call, 'bytes' | 'form'>>;

export interface SeenParts {
  readonly exchange: Pick<Exchange, 'headers' | 'method' | 'path'>;
  readonly principal: Principal | undefined;
  readonly id: string;
  readonly isTraceless: boolean;
}

/** The operator's guards look at a call through this, and change nothing in it. */
export class SeenCall implements GuardedCall {
  readonly #parts: SeenParts;
  readonly #note: (text: string) => void;
  #call: Shown;
  #body: JsonObject | undefined;

  constructor(call: Shown, parts: SeenParts, note: (text: string) => void) {
    this.#call = call;
    this.#parts = parts;
    this.#note = note;
  }

  /** The same request, under another guard's name. */
  become(call: Shown): void {
    this.#call = call;
    this.#body = undefined;
  }

  get id(): string {
    return this.#parts.id;
  }

  get principal(): Principal | undefined {
    return this.#parts.principal;
  }

  get isTraceless(): boolean {
    return this.#parts.isTraceless;
  }

  get method(): string {
    return this.#parts.exchange.method;
  }

  get path(): string {
    return this.#parts.exchange.path;
  }

  get operation(): Operation {
    return this.#call.operation;
  }

  get dialect(): Dialect {
    return this.#call.dialect;
  }

  get model(): string {
    return this.#call.model;
  }

  get stream(): boolean {
    return this.#call.stream;
  }

  get body(): JsonObject | undefined {
    if (this.#body !== undefined) return this.#body;
    const text = this.#text();
    if (text === '') return undefined;
    const body: Json = JSON.parse(text, (_name, value: unknown) => Object.freeze(value));
    this.#body = isObject(body) ? body : undefined;
    return this.#body;
  }

  get fields(): GuardedCall['fields'] {
    return this.#call.form?.fields;
  }

  header(name: string): string | undefined {
    const value = this.#parts.exchange.headers[name.toLowerCase()];
    return value === undefined || typeof value === 'string' ? value : value.join(', ');
  }

  texts(): readonly string[] {
    const texts = (this.fields ?? [])
      .filter(([name, value]) => !isWord(name, () => value))
      .map(([, value]) => value);
    const body = this.#text();
    const { operation } = this.#call;
    if (body === '') return texts;
    walkJson(body, (leaf) => {
      const { type, start, end } = leaf;
      if (type !== 'string') return;
      const read = (): string => readString(body.slice(start, end));
      if (placeOf(leaf, operation, read) === 'text') texts.push(read());
    });
    return texts;
  }

  note(text: string): void {
    this.#note(text.slice(0, longestNote));
  }

  #text(): string {
    const { bytes } = this.#call;
    if (bytes === undefined || bytes.byteLength === 0) return '';
    return bufferOf(bytes).toString('utf8');
  }
}

/** Characters. */
const longestNote = 1024;

/** What was read of a body, to be shown. */
export function shownBody(body: MediaBody): Partial<Pick<Call, 'bytes' | 'form'>> {
  return 'form' in body ? { form: body.form } : { bytes: Buffer.from(JSON.stringify(body.json)) };
}
