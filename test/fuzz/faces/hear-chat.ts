import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { isList, numberOf, objectOf, objectsIn, textOf, wordOf } from '../read.ts';
import { type Heard, Notes, readEvents } from './heard.ts';

/** A stream of chunks, as https://platform.openai.com/docs/api-reference/chat/streaming has it; of one choice. */
export function hearChat(body: string): Heard {
  const notes = new Notes();
  let id: unknown;
  let isOver = false;
  let hasBegun = false;
  for (const { data } of readEvents(body, notes)) {
    notes.check(!isOver, 'something follows the end');
    if (data === undefined) {
      notes.check(notes.finish !== undefined, '[DONE] without a finish');
      if (notes.finish !== undefined) notes.end = 'clean';
      isOver = true;
    } else if ('error' in data) {
      notes.check(wordOf(objectOf(data['error'])?.['message']) !== undefined, 'an error without a message');
      notes.end = 'error';
      isOver = true;
    } else {
      id ??= data['id'];
      notes.check(
        data['object'] === 'chat.completion.chunk' && id === data['id'],
        'not a chunk of this answer',
      );
      notes.check(isList(data['choices']), 'a chunk without choices');
      for (const choice of objectsIn(data['choices'])) {
        // What damage has made another choice is none of this answer's.
        if (choice['index'] !== 0) continue;
        notes.check(
          hasBegun === (objectOf(choice['delta'])?.['role'] === undefined),
          'the role is not told once',
        );
        hasBegun = true;
        noteChoice(choice, notes);
      }
    }
  }
  return notes.heard();
}

function noteChoice(choice: JsonObject, notes: Notes): void {
  const { delta, finish_reason } = choice;
  notes.check(notes.finish === undefined, 'more after the finish');
  const { content, reasoning_content, refusal, tool_calls } = objectOf(delta) ?? {};
  notes.text.add(textOf(content) + textOf(refusal));
  notes.reasoning.add(textOf(reasoning_content));
  for (const call of objectsIn(tool_calls)) noteCall(call, notes);
  notes.finish = wordOf(finish_reason);
}

function noteCall(call: JsonObject, notes: Notes): void {
  const key = numberOf(call['index']);
  const fields = objectOf(call['function']) ?? {};
  const known = notes.calls.get(key);
  if (known === undefined) {
    const isWhole = wordOf(call['id']) !== undefined && wordOf(fields['name']) !== undefined;
    notes.check(isWhole && key === notes.calls.size, 'a call does not begin as one');
    notes.calls.set(key, { name: textOf(fields['name']), input: textOf(fields['arguments']) });
  } else known.input += textOf(fields['arguments']);
}

export function hearWholeChat(body: JsonObject): Heard {
  const notes = new Notes();
  const [choice] = objectsIn(body['choices']);
  const { content, reasoning_content, refusal, tool_calls } = objectOf(choice?.['message']) ?? {};
  notes.check(body['object'] === 'chat.completion' && choice !== undefined, 'not an answer');
  notes.check(typeof content === 'string' || content === null, 'content is neither text nor null');
  notes.text.add(textOf(content) + textOf(refusal));
  notes.reasoning.add(textOf(reasoning_content));
  for (const call of objectsIn(tool_calls)) {
    const { name, arguments: input } = objectOf(call['function']) ?? {};
    notes.check(wordOf(call['id']) !== undefined && typeof input === 'string', 'a call that is none');
    notes.calls.set(notes.calls.size, { name: textOf(name), input: textOf(input) });
  }
  notes.finish = wordOf(choice?.['finish_reason']);
  notes.check(notes.finish !== undefined, 'no finish');
  notes.end = 'clean';
  return notes.heard();
}
