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

/** Parses the events: for a sample of a stream, or where few are left to come. */
export function measureEvents(bytes: Buffer): MeasuredEvents {
  let [events, size, characters] = [0, 0, 0];
  for (let from = 0; from < bytes.length; ) {
    const end = findNextEventEnd(bytes, from) || bytes.length;
    const texts = textsOf(readEventData(bytes.subarray(from, end)));
    if (texts.length > 0) events++;
    for (const text of texts) {
      size += Buffer.byteLength(text);
      characters += text.length;
    }
    from = end;
  }
  return { events, bytes: size, characters };
}

/** A token an event is what most send; those who put more into one are counted by their bytes. */
export function tokensOf({ events, bytes }: MeasuredEvents): number {
  return Math.max(events, bytes / bytesPerToken);
}

function textsOf(data: string | undefined): string[] {
  const texts: string[] = [];
  for (const choice of listOf(fieldsOf(parseJson(data ?? ''))['choices'])) {
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
