import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { isList, isObject, objectOf, objectsIn, parseJson, printJson, textOf, wordOf } from '../read.ts';
import { type Heard, Notes, readEvents } from './heard.ts';

/** A stream of events, each a `GenerateContentResponse`. */
export function hearGemini(body: string): Heard {
  const notes = new Notes();
  const chunks = readEvents(body, notes).map(({ data }) => data);
  notes.check(!chunks.includes(undefined), 'an end that Google does not write');
  return hearChunks(chunks.filter(isObject), notes);
}

/** The same as one JSON array: what Google gives without `alt=sse`. */
export function hearGeminiArray(body: string): Heard {
  const notes = new Notes();
  const list = parseJson(body);
  notes.check(isList(list) && list.every(isObject), 'not an array of objects');
  return hearChunks(objectsIn(list), notes);
}

function hearChunks(chunks: readonly JsonObject[], notes: Notes): Heard {
  for (const chunk of chunks) {
    notes.check(notes.end !== 'error', 'something follows an error');
    if ('error' in chunk) {
      notes.check(isGeminiError(chunk), 'an error that is none');
      notes.end = 'error';
      continue;
    }
    notes.check(
      'candidates' in chunk || 'promptFeedback' in chunk || 'usageMetadata' in chunk,
      'says nothing',
    );
    for (const candidate of objectsIn(chunk['candidates'])) noteCandidate(candidate, notes);
    if (notes.finish !== undefined && notes.end === 'torn') notes.end = 'clean';
  }
  return notes.heard();
}

function noteCandidate(candidate: JsonObject, notes: Notes): void {
  if ((candidate['index'] ?? 0) !== 0) return;
  for (const part of objectsIn(objectOf(candidate['content'])?.['parts'])) {
    const { text, thought, functionCall } = part;
    if (thought === true) notes.reasoning.add(textOf(text));
    else notes.text.add(textOf(text));
    if (functionCall === undefined) continue;
    const { name, args = {} } = objectOf(functionCall) ?? {};
    notes.check(wordOf(name) !== undefined && isObject(args), 'a call that is none');
    notes.calls.set(notes.calls.size, { name: textOf(name), input: printJson(args) });
  }
  notes.finish = wordOf(candidate['finishReason']) ?? notes.finish;
}

export function hearWholeGemini(body: JsonObject): Heard {
  return hearChunks([body], new Notes());
}

export function isGeminiError({ error }: JsonObject): boolean {
  const { code, message, status } = objectOf(error) ?? {};
  return typeof code === 'number' && wordOf(message) !== undefined && wordOf(status) !== undefined;
}
