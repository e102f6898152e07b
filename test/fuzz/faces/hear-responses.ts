import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { numberOf, objectOf, objectsIn, textOf, wordOf } from '../read.ts';
import { type Heard, Notes, readEvents } from './heard.ts';

/** A stream of events, as https://platform.openai.com/docs/api-reference/responses-streaming has it. */
export function hearResponses(body: string): Heard {
  const notes = new Notes();
  const open = new Set<unknown>();
  let items = 0;
  let last = -1;
  for (const [place, { name, data = {} }] of readEvents(body, notes).entries()) {
    const { type, sequence_number, output_index } = data;
    notes.check(type === name, 'the name of an event is not its type');
    notes.check(typeof sequence_number === 'number' && sequence_number > last, 'out of sequence');
    last = numberOf(sequence_number);
    notes.check(
      notes.end === 'torn' || (notes.end === 'error' && type === 'error'),
      'something follows the end',
    );
    const kind = textOf(type).replace('response.', '');
    if (kind === 'created') notes.check(place === 0, 'a late start');
    else if (kind === 'failed' || kind === 'error') {
      const { message } = objectOf(objectOf(data['response'])?.['error']) ?? data;
      notes.check(wordOf(message) !== undefined, 'an error without a message');
      notes.end = 'error';
    } else if (kind === 'completed' || kind === 'incomplete')
      conclude(objectOf(data['response']) ?? {}, { notes, open: open.size });
    else if (kind === 'output_item.added') {
      notes.check(output_index === items, 'an item begins out of turn');
      items++;
      open.add(output_index);
    } else if (kind === 'output_item.done') notes.check(open.delete(output_index), 'the end of no item');
    else if (kind !== 'in_progress') {
      notes.check(open.has(output_index), `a ${kind} of no item`);
      noteDelta(kind, data, notes);
    }
    notes.check(place > 0 || kind === 'created' || notes.end === 'error', 'no start');
  }
  return notes.heard();
}

function noteDelta(kind: string, event: JsonObject, notes: Notes): void {
  const delta = textOf(event['delta']);
  const item = numberOf(event['output_index']);
  const place = item * 1000 + numberOf(event['content_index'] ?? event['summary_index']);
  if (kind === 'output_text.delta' || kind === 'refusal.delta') notes.text.add(delta, place);
  else if (kind === 'reasoning_summary_text.delta' || kind === 'reasoning_text.delta')
    notes.reasoning.add(delta, place);
  else if (kind === 'function_call_arguments.delta') {
    const call = notes.calls.get(item) ?? { name: '', input: '' };
    call.input += delta;
    notes.calls.set(item, call);
  }
}

const inputs = (calls: Heard['calls']): string => JSON.stringify(calls.map(({ input }) => input));

/** The last event has all of it once more: what was told before must be the same. */
function conclude(response: JsonObject, { notes, open }: { notes: Notes; open: number }): void {
  notes.check(open === 0, 'an end in the midst of an item');
  const whole = hearWholeResponse(response);
  const { text, reasoning, calls } = notes.heard();
  notes.check(whole.text === text, 'the whole text is another');
  notes.check(whole.reasoning === reasoning, 'the whole reasoning is another');
  notes.check(inputs(whole.calls) === inputs(calls), 'the whole input is another');
  notes.calls.clear();
  for (const [index, call] of whole.calls.entries()) notes.calls.set(index, call);
  notes.finish = whole.finish;
  notes.end = 'clean';
}

export function hearWholeResponse(body: JsonObject): Heard {
  const notes = new Notes();
  notes.check(body['object'] === 'response' && wordOf(body['id']) !== undefined, 'not an answer');
  for (const item of objectsIn(body['output'])) {
    if (item['type'] === 'function_call') {
      const { call_id, name, arguments: input } = item;
      notes.check(wordOf(call_id) !== undefined && typeof input === 'string', 'a call that is none');
      notes.calls.set(notes.calls.size, { name: textOf(name), input: textOf(input) });
    }
    const isMessage = item['type'] === 'message';
    for (const part of objectsIn(item['content'])) {
      if (isMessage) notes.text.add(textOf(part['text']) + textOf(part['refusal']));
      else if (objectsIn(item['summary']).length === 0) notes.reasoning.add(textOf(part['text']));
    }
    for (const part of objectsIn(item['summary'])) notes.reasoning.add(textOf(part['text']));
  }
  const { status, incomplete_details } = body;
  notes.finish = wordOf(objectOf(incomplete_details)?.['reason']) ?? wordOf(status);
  notes.check(status === 'completed' || status === 'incomplete', `the status is ${textOf(status)}`);
  notes.end = status === 'failed' ? 'error' : 'clean';
  return notes.heard();
}
