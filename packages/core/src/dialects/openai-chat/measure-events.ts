import { findNextEventEnd, readEventData } from '../../stream/find-event-end.ts';
import { bytesPerToken } from '../estimate-tokens.ts';
import { fieldsOf, listOf, parseJson } from '../shared/read.ts';

/** What some events of a stream say, measured. */
export interface MeasuredEvents {
  /** Events that say something. */
  readonly events: number;
  /** Bytes of what they say. */
  readonly bytes: number;
  /** Characters of it. */
  readonly characters: number;
}

/** Members of a delta that are none of what the model has written. */
const silent = new Set(['role', 'id', 'type', 'index', 'obfuscation', 'format', 'signature']);

/** No vendor says anything below this: what is nested deeper is not walked through. */
const deepest = 16;

/** How nearly every event says its piece. In a text the quotes would be escaped. */
const opening = Buffer.from('"delta":{"content":"');
const deltaName = Buffer.from('"delta"');
const quote = 0x22;
const backslash = 0x5c;
const closing = 0x7d;

/** Parses those events only that say more than a plain piece of text. */
export function measureEvents(bytes: Buffer): MeasuredEvents {
  let [events, size, characters] = [0, 0, 0];
  for (let from = 0; from < bytes.length; ) {
    const end = findNextEventEnd(bytes, from) || bytes.length;
    const event = bytes.subarray(from, end);
    from = end;
    const plain = plainText(event);
    if (plain !== undefined && plain.length > 0) {
      events++;
      size += plain.length;
      characters += charactersOf(plain);
      continue;
    }
    const texts = textsOf(readEventData(event));
    if (texts.length > 0) events++;
    for (const text of texts) {
      size += Buffer.byteLength(text);
      characters += text.length;
    }
  }
  return { events, bytes: size, characters };
}

/** The text of an event that has one delta, and in it nothing but a text without escapes; undefined for any other. */
function plainText(event: Buffer): Buffer | undefined {
  const at = event.indexOf(opening);
  const start = at + opening.length;
  if (at < 0 || event.indexOf(deltaName) !== at || event.indexOf(deltaName, start) >= 0) return undefined;
  const end = event.indexOf(quote, start);
  if (end < 0 || event[end + 1] !== closing) return undefined;
  const text = event.subarray(start, end);
  return text.includes(backslash) ? undefined : text;
}

/** As a string has them: one for each character of UTF-8, two for those of four bytes. */
function charactersOf(text: Buffer): number {
  let characters = 0;
  for (const byte of text) if (byte < 0x80 || byte >= 0xc0) characters += byte >= 0xf0 ? 2 : 1;
  return characters;
}

/** A token an event is what most send; those who put more into one are counted by their bytes. */
export function tokensOf({ events, bytes }: MeasuredEvents): number {
  return Math.max(events, bytes / bytesPerToken);
}

function textsOf(data: string | undefined): string[] {
  const texts: string[] = [];
  // Every stream ends with what is no JSON, and an error that is caught costs more than all its events.
  if (data === undefined || data === '[DONE]') return texts;
  for (const choice of listOf(fieldsOf(parseJson(data))['choices'])) {
    const { delta, text } = fieldsOf(choice);
    collect([delta, text], texts, deepest);
  }
  return texts;
}

/** `depth`: of what is in it that is looked at. */
function collect(value: unknown, texts: string[], depth: number): void {
  if (depth === 0) return;
  if (typeof value === 'string') {
    if (value !== '') texts.push(value);
  } else if (Array.isArray(value)) for (const item of value) collect(item, texts, depth - 1);
  else
    for (const [name, member] of Object.entries(fieldsOf(value)))
      if (!silent.has(name)) collect(member, texts, depth - 1);
}
