import type { Part } from '../../protocol/chat-answer.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, isSameJson, parseJson, protocolError, wordOf } from '../shared/read.ts';

/** What the items of one stream share. */
export interface StreamContext {
  /** The number of the next block. */
  blocks: number;
  /** The last block that was closed, to tell two message items apart. */
  previous: AssistantBlock | undefined;
  readonly types: Set<AssistantBlock['type']>;
}

/** One item of the output while it is being written. */
export interface StreamItem {
  readonly type: string;
  /** As it is known so far. */
  item: JsonObject;
  isDone: boolean;
  /** Takes one event that is about this item. */
  take(type: string, event: JsonObject): readonly Part[];
  /** The item is complete: `final` is all of it, if that was told. */
  finish(final: JsonObject | undefined): readonly Part[];
}

/**
 * What is still to be said when the whole is known. Deltas may stop short of it; one that contradicts it was lost on the way,
 * and the answer is not to be trusted. An empty whole is one that was not told.
 */
export function stillToSay(said: string, whole: Json | undefined, isJson = false): string {
  if (typeof whole !== 'string' || whole === '' || whole === said) return '';
  if (whole.startsWith(said)) return whole.slice(said.length);
  if (whole.trim() === said.trim() || (isJson && isSameText(said, whole))) return '';
  throw protocolError('the end of a block contradicts its beginning');
}

function isSameText(one: string, other: string): boolean {
  const json = parseJson(one);
  return json !== undefined && isSameJson(json, parseJson(other));
}

/** The item's type, by an event of an item that was never announced. */
export function typeOfEvent(event: string): string | undefined {
  if (/^response\.(?:output_text|refusal)\./.test(event)) return 'message';
  if (event.startsWith('response.reasoning_')) return 'reasoning';
  if (event.startsWith('response.function_call_arguments.')) return 'function_call';
  if (event.startsWith('response.custom_tool_call_input.')) return 'custom_tool_call';
  return undefined;
}

/** A part of an item says whether it is of a message or of reasoning. */
export function typeOfPart(part: Json | undefined): string {
  return isObject(part) && part['type'] === 'reasoning_text' ? 'reasoning' : 'message';
}

/** Later knowledge about an item, over earlier; what is empty says nothing. */
export function merge(earlier: JsonObject, later: JsonObject | undefined): JsonObject {
  if (later === undefined) return earlier;
  const isNamed = wordOf(later['name']) !== undefined || wordOf(earlier['name']) === undefined;
  return {
    ...earlier,
    ...later,
    ...(isNamed ? {} : { name: earlier['name'] }),
    ...(wordOf(later['call_id']) === undefined && wordOf(earlier['call_id']) !== undefined
      ? { call_id: earlier['call_id'] }
      : {}),
  };
}
