import type { Dialect } from '../protocol/call.ts';
import type { AnswerPart } from '../protocol/guard.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { type Delta, type EventFacts, readDeltas } from './delta-places.ts';
import { replaceValues } from './replace-values.ts';
import { channelOf, partTypeOf, type WholeText, wholeTextsIn, wholeTextsInEvent } from './whole-texts.ts';

/** Gives what stands in the place of a piece of text. It rejects where nothing may. */
export type Judge = (part: AnswerPart) => string | Promise<string>;

/** An event as it is sent on. */
export interface JudgedEvent {
  /** JSON. */
  readonly data: string;
  /** It was made here, under the name of the event that said the text before. */
  readonly made?: { readonly name: string | undefined };
}

interface OpenText {
  readonly delta: Delta;
  readonly name: string | undefined;
  readonly part: Omit<AnswerPart, 'text' | 'isLast'>;
}

/** Characters of a stream whose last events say all of it again. */
const longest = 33_554_432;

/** A whole answer as its judge wants it. Rejects with what the judge throws. */
export async function judgeWhole(text: string, dialect: Dialect, judge: Judge): Promise<string> {
  const answer = parseObject(text);
  if (answer === undefined) throw new TypeError('the answer is no JSON object, and cannot be looked through');
  const values = new Map<string, string>();
  for (const whole of wholeTextsIn(dialect, answer)) await judgeOne(whole, judge, values);
  return replaceValues(text, values);
}

/** Shows each piece of text in the events of one stream to a judge, in their order, and puts what it gives in its place. */
export class EventGuard {
  readonly #judge: Judge;
  readonly #dialect: Dialect;
  /** Texts that are not over. */
  readonly #open = new Map<string, OpenText>();
  /** What was said of texts that later events say as a whole again. */
  readonly #said = new Map<string, string>();
  #size = 0;
  /** Events that were made: the numbers of those that follow are that much higher. */
  #made = 0;

  constructor(judge: Judge, dialect: Dialect) {
    this.#judge = judge;
    this.#dialect = dialect;
  }

  /** `data`: what stands in the event. What comes of it is in the order that it is to be sent in. */
  async take(data: string, name: string | undefined): Promise<JudgedEvent[]> {
    const event = parseObject(data);
    if (event === undefined) {
      if (data.trim() !== '[DONE]') throw new TypeError('an event is no JSON, and cannot be looked through');
      return [...(await this.end()), { data }];
    }
    const facts = readDeltas(this.#dialect, event);
    const before = await this.#close((open) => isOver(open.delta, facts));
    const values = new Map<string, string>();
    for (const delta of facts.deltas) {
      const text = await this.#take(delta, { name, event, facts });
      if (text === delta.text) continue;
      values.set(delta.path, JSON.stringify(text));
      for (const [path, none] of tokensBeside(delta, event)) values.set(path, none);
    }
    for (const whole of wholeTextsInEvent(this.#dialect, event)) await this.#takeWhole(whole, values);
    return [...before, { data: this.#write(data, event, values) }];
  }

  /** Nothing more comes. */
  end(): Promise<JudgedEvent[]> {
    return this.#close(() => true);
  }

  async #take(
    delta: Delta,
    { name, event, facts }: { readonly name: string | undefined; event: JsonObject; facts: EventFacts },
  ): Promise<string> {
    const { channel, text } = delta;
    const type = typeof event['type'] === 'string' ? event['type'] : '';
    // The sound of speech.
    if (type.endsWith('audio.delta')) return text;
    const isLast = facts.closes === 'all' || facts.closes.has(delta.group);
    const part = this.#open.get(channel)?.part ?? partOf(delta, event, this.#dialect);
    const isNothing = text === '' && !(isLast && this.#open.has(channel));
    if (isNothing) return text;
    if (isLast) this.#open.delete(channel);
    else this.#open.set(channel, { delta, name, part });
    const judged = await this.#judge({ ...part, text, isLast });
    this.#keep(part.channel, judged);
    return judged;
  }

  async #takeWhole(whole: WholeText, values: Map<string, string>): Promise<void> {
    const said = this.#said.get(whole.channel);
    if (said === undefined) {
      const judged = await judgeOne(whole, this.#judge, values);
      if (whole.isLast) this.#keep(whole.channel, judged);
    } else if (said !== whole.value) {
      values.set(whole.path, JSON.stringify(said));
      if (whole.tokens !== undefined) values.set(...whole.tokens);
    }
  }

  /** The last pieces, of what is over: what a judge has held back. */
  async #close(isOverNow: (open: OpenText) => boolean): Promise<JudgedEvent[]> {
    const events: JudgedEvent[] = [];
    for (const [channel, open] of this.#open) {
      if (!isOverNow(open)) continue;
      this.#open.delete(channel);
      const text = await this.#judge({ ...open.part, text: '', isLast: true });
      if (text === '') continue;
      this.#keep(open.part.channel, text);
      const made = open.delta.wrap(text);
      this.#made++;
      events.push({ data: this.#write(JSON.stringify(made), made, new Map()), made: { name: open.name } });
    }
    return events;
  }

  #keep(channel: string, text: string): void {
    if (this.#dialect !== 'openai-responses' && this.#dialect !== 'openai-chat') return;
    // Of plain chat nothing is said again.
    if (this.#dialect === 'openai-chat' && !channel.startsWith('transcript.')) return;
    this.#size += text.length;
    if (this.#size > longest) throw new RangeError('the answer is too long to be looked through');
    this.#said.set(channel, (this.#said.get(channel) ?? '') + text);
  }

  /** The events of a response are numbered. */
  #write(data: string, event: JsonObject, values: Map<string, string>): string {
    const number = event['sequence_number'];
    if (this.#made > 0 && this.#dialect === 'openai-responses' && typeof number === 'number')
      values.set('sequence_number', String(number + this.#made));
    return replaceValues(data, values);
  }
}

/** The text that was given for one that comes as a whole. */
async function judgeOne(
  { path, value, tokens, ...part }: WholeText,
  judge: Judge,
  values: Map<string, string>,
): Promise<string> {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const judged = await judge({
    type: part.type,
    choice: part.choice,
    channel: part.channel,
    isLast: part.isLast,
    text,
  });
  if (judged === text) return text;
  if (typeof value !== 'string' && parseObject(judged) === undefined)
    throw new TypeError('what a tool is to be called with must be a JSON object');
  values.set(path, typeof value === 'string' ? JSON.stringify(judged) : judged);
  if (tokens !== undefined) values.set(...tokens);
  return judged;
}

function partOf(delta: Delta, event: JsonObject, dialect: Dialect): OpenText['part'] {
  const { type } = event;
  if (typeof type === 'string' && dialect !== 'anthropic-messages')
    return { type: partTypeOf(type), choice: 0, channel: channelOf(event, type) };
  const { channel, group } = delta;
  const isInput = /tool_calls|function_call|partial_json/.test(channel);
  const choice = dialect === 'anthropic-messages' ? 0 : Number(group);
  return {
    type: isInput ? 'tool-input' : /reason|think|thought/.test(channel) ? 'reasoning' : 'text',
    choice,
    channel,
  };
}

/** No more of a text comes, and this event says nothing of it. */
function isOver(delta: Delta, { deltas, closes }: EventFacts): boolean {
  if (deltas.some(({ channel }) => channel === delta.channel)) return false;
  return closes === 'all' || closes.has(delta.group);
}

/** Where the tokens of a piece stand beside it. */
function tokensBeside({ path }: Delta, event: JsonObject): readonly (readonly [string, string])[] {
  if (Array.isArray(event['logprobs'])) return [['logprobs', '[]']];
  const [list = '', place = ''] = path.split('.');
  const entries = event[list];
  const entry: Json | undefined = Array.isArray(entries) ? entries[Number(place)] : undefined;
  if (!isObject(entry)) return [];
  if (isObject(entry['logprobs'])) return [[`${list}.${place}.logprobs`, 'null']];
  return isObject(entry['logprobsResult']) ? [[`${list}.${place}.logprobsResult`, '{}']] : [];
}

function parseObject(data: string): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
