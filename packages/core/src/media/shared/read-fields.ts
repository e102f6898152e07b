import { restOf } from '../../dialects/shared/read.ts';
import { wantBoolean, wantCount, wantName, wantWord } from '../../dialects/shared/want.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Form, MediaBody } from '../../protocol/media.ts';

/** The fields of a JSON object or of a form, which says everything in text, and nothing with an empty one. */
export interface Fields {
  readonly all: JsonObject;
  text(name: string): string | undefined;
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined;
  /** A whole number, zero or more. */
  count(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  /** What has none of these names. */
  rest(known: readonly string[]): JsonObject | undefined;
}

/** Each throws `VE_PARAMETER_INVALID` for a value of another type. */
export function readFields(body: MediaBody): Fields {
  const isForm = 'form' in body;
  const all = isForm ? fieldsOfForm(body.form) : body.json;
  return {
    all,
    text: (name) => wantName(all[name], name),
    word: (name, words) => wantWord(all[name], words, name),
    count: (name) => wantCount(isForm ? numberIn(all[name]) : all[name], name),
    flag: (name) => wantBoolean(isForm ? flagIn(all[name]) : all[name], name),
    rest: (known) => restOf(all, known),
  };
}

/** Several of one name are a list. */
function fieldsOfForm({ fields }: Form): JsonObject {
  const read = new Map<string, Json>();
  for (const [written, value] of fields) {
    if (value === '') continue;
    const name = written.replace(/\[\d*\]$/, '');
    const before = read.get(name);
    const isList = written !== name || before !== undefined;
    const list = before === undefined ? [] : [before].flat();
    read.set(name, isList ? [...list, value] : value);
  }
  return Object.fromEntries(read);
}

function numberIn(value: Json | undefined): Json | undefined {
  return typeof value === 'string' && /^\d{1,9}(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

function flagIn(value: Json | undefined): Json | undefined {
  return value === 'true' ? true : value === 'false' ? false : value;
}
