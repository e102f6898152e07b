import type { Part } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { GrowingText } from '../shared/growing-text.ts';
import { protocolError, wordOf } from '../shared/read.ts';
import { saidText } from '../shared/said.ts';
import { extraOf } from './own-extra.ts';
import { argumentsText, callFields, callId } from './parse-output.ts';
import { merge, type StreamContext, type StreamItem, stillToSay } from './stream-item.ts';

/** A call. It starts when its name is known; what came before waits. */
export function streamCall(first: JsonObject, type: string, context: StreamContext): StreamItem {
  const isCustom = type === 'custom_tool_call';
  const inputField = isCustom ? 'input' : 'arguments';
  // Some servers announce the whole input at once; it counts where nothing else tells it.
  const { [inputField]: announced, ...known } = first;
  const item: StreamItem = { type, item: { ...known, type }, isDone: false, take, finish };
  const block = context.blocks++;
  let isStarted = false;
  const said = new GrowingText();
  let waiting = '';
  /** The whole input, where an event told it. */
  let whole: Json | undefined;

  function start(): Part[] {
    const name = wordOf(item.item['name']);
    if (isStarted || name === undefined) return [];
    isStarted = true;
    context.types.add('tool-call');
    const format = isCustom ? 'text' : 'json';
    const id = callId(item.item, block);
    const fields = extraOf(callFields(item.item));
    return [{ type: 'tool-input-start', choice: 0, block, id, name, format, ...fields }, ...say(waiting)];
  }

  function say(text: string): Part[] {
    if (text === '') return [];
    said.add(text);
    return [{ type: 'tool-input-delta', choice: 0, block, text }];
  }

  function take(event: string, fields: JsonObject): readonly Part[] {
    if (event === 'response.output_item.added')
      return wordOf(item.item['call_id']) === undefined ? [] : start();
    if (event.endsWith('.done')) {
      whole = fields[inputField];
      if (wordOf(fields['name']) !== undefined) item.item = { ...item.item, name: fields['name'] };
      return isStarted ? say(stillToSay(said.toString(), textOf(whole), !isCustom)) : [];
    }
    if (!event.endsWith('.delta')) return [];
    const delta = saidText(fields['delta'], 'a delta');
    if (isStarted) return say(delta);
    waiting += delta;
    return [];
  }

  function finish(final: JsonObject | undefined): readonly Part[] {
    item.isDone = true;
    item.item = merge(item.item, final);
    const out = start();
    if (!isStarted) throw protocolError('a call has no name');
    out.push(...say(stillToSay(said.toString(), textOf(item.item[inputField]), !isCustom)));
    out.push(...say(stillToSay(said.toString(), textOf(whole), !isCustom)));
    if (said.isEmpty) out.push(...say(stillToSay(said.toString(), textOf(announced))));
    if (said.isEmpty && !isCustom) out.push(...say('{}'));
    context.previous = undefined;
    const fields = extraOf(callFields(item.item));
    return [...out, { type: 'tool-input-end', choice: 0, block, ...fields }];
  }

  function textOf(value: Json | undefined): Json | undefined {
    return value === undefined || value === null || isCustom ? value : argumentsText(value);
  }

  return item;
}
