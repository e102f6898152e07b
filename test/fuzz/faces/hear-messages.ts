import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { isObject, objectOf, objectsIn, printJson, textOf, wordOf } from '../read.ts';
import { type Heard, Notes, readEvents } from './heard.ts';

/** How far a stream has come. */
interface Progress {
  readonly notes: Notes;
  state: 'before' | 'blocks' | 'ending' | 'over';
  begun: number;
  /** The block that is under way: where it stands, and its type. */
  open: { readonly index: number; readonly type: string } | undefined;
}

/** A stream of events, in the order of https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export function hearMessages(body: string): Heard {
  const notes = new Notes();
  const progress: Progress = { notes, state: 'before', begun: 0, open: undefined };
  for (const { name, data = {} } of readEvents(body, notes)) {
    notes.check(data['type'] === name, 'the name of an event is not its type');
    notes.check(progress.state !== 'over', 'something follows the end');
    if (name?.startsWith('content_block_') === true) noteBlock(progress, name, data);
    else noteMessage(progress, data);
  }
  return notes.heard();
}

function noteMessage(progress: Progress, data: JsonObject): void {
  const { notes, state, open } = progress;
  const { type } = data;
  if (type === 'error') {
    notes.check(isMessagesError(data), 'an error that is none');
    notes.end = 'error';
    progress.state = 'over';
  } else if (type === 'message_start') {
    const { id } = objectOf(data['message']) ?? {};
    notes.check(state === 'before' && wordOf(id) !== undefined, 'a late start');
    progress.state = 'blocks';
  } else if (type === 'message_delta') {
    notes.check(state === 'blocks' && open === undefined, 'an end in the midst of a block');
    notes.finish = wordOf(objectOf(data['delta'])?.['stop_reason']);
    progress.state = 'ending';
  } else if (type === 'message_stop') {
    notes.check(state === 'ending' && notes.finish !== undefined, 'an end without a reason');
    notes.end = 'clean';
    progress.state = 'over';
  } else notes.check(type === 'ping', `an event of the type ${textOf(type)}`);
}

function noteBlock(progress: Progress, name: string, data: JsonObject): void {
  const { notes, state, open, begun } = progress;
  const { index } = data;
  if (name === 'content_block_start') {
    const block = objectOf(data['content_block']) ?? {};
    const type = textOf(block['type']);
    notes.check(state === 'blocks' && open === undefined && index === begun, 'a block begins out of turn');
    if (type === 'tool_use') {
      notes.check(wordOf(block['id']) !== undefined, 'a call without an id');
      notes.calls.set(begun, { name: textOf(block['name']), input: '' });
    }
    progress.open = { index: begun, type };
    progress.begun++;
    return;
  }
  notes.check(open !== undefined && open.index === index, `a ${name} of no block`);
  if (name === 'content_block_stop') progress.open = undefined;
  else noteDelta(objectOf(data['delta']) ?? {}, open, notes);
}

const kinds: Readonly<Record<string, string>> = {
  text_delta: 'text',
  citations_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'thinking',
  input_json_delta: 'tool_use',
};

function noteDelta(delta: JsonObject, open: Progress['open'], notes: Notes): void {
  const { type, text, thinking, partial_json } = delta;
  notes.check(kinds[textOf(type)] === open?.type, `a ${textOf(type)} in a block of the type ${open?.type}`);
  if (type === 'text_delta') notes.text.add(textOf(text));
  if (type === 'thinking_delta') notes.reasoning.add(textOf(thinking));
  const call = open === undefined ? undefined : notes.calls.get(open.index);
  if (call !== undefined) call.input += textOf(partial_json);
}

export function hearWholeMessages(body: JsonObject): Heard {
  const notes = new Notes();
  notes.check(body['type'] === 'message' && wordOf(body['id']) !== undefined, 'not an answer');
  for (const block of objectsIn(body['content'])) {
    if (block['type'] === 'text') notes.text.add(textOf(block['text']));
    else if (block['type'] === 'thinking') notes.reasoning.add(textOf(block['thinking']));
    else if (block['type'] === 'tool_use') {
      const { id, name, input } = block;
      notes.check(wordOf(id) !== undefined && isObject(input), 'a call that is none');
      notes.calls.set(notes.calls.size, { name: textOf(name), input: printJson(input) });
    }
  }
  notes.finish = wordOf(body['stop_reason']);
  notes.check(notes.finish !== undefined, 'no reason for the end');
  notes.end = 'clean';
  return notes.heard();
}

export function isMessagesError({ type, error }: JsonObject): boolean {
  const { type: kind, message } = objectOf(error) ?? {};
  return type === 'error' && wordOf(kind) !== undefined && wordOf(message) !== undefined;
}
