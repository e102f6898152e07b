import type {
  AssistantBlock,
  ForeignBlock,
  MediaBlock,
  RefusalBlock,
  TextBlock,
  ToolCallBlock,
} from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import {
  defined,
  fieldsOf,
  isEmpty,
  isObject,
  isSameJson,
  listOf,
  restOf,
  stringOf,
  wordOf,
} from '../shared/read.ts';
import { parseAnnotation } from './convert-citation.ts';
import { parseMediaPart } from './convert-media.ts';
import { parseReasoningItem } from './convert-reasoning.ts';
import { keptFields } from './item-id.ts';
import { dialect, extraOf, ownOf } from './own-extra.ts';
import { foreignPart } from './parse-parts.ts';

/** Where an item stands: what came before it, and the number of its first block. */
interface ItemPlace {
  readonly previous: AssistantBlock | undefined;
  readonly block: number;
  /** An item that a caller repeats, not one of an answer: all that it says is to be said again. */
  readonly isRepeated: boolean;
}

/** What an item of the model's says, as blocks. Lenient: what is missing is empty. */
export function parseOutputItem(item: JsonObject, place: ItemPlace): AssistantBlock[] {
  switch (item['type']) {
    case 'message':
      return parseMessageItem(item, place);
    case 'reasoning':
      return [parseReasoningItem(item)];
    case 'function_call':
    case 'custom_tool_call':
      return [parseCallItem(item, place.block)];
    default:
      return [parseToolItem(item)];
  }
}

/** An item of a tool that OpenAI runs itself: a picture that was drawn, or what only this dialect knows. */
export function parseToolItem(item: JsonObject): MediaBlock | ForeignBlock {
  const data = item['type'] === 'image_generation_call' ? wordOf(item['result']) : undefined;
  if (data === undefined) return { type: 'foreign', dialect, value: item };
  return {
    type: 'media',
    mediaType: `image/${wordOf(item['output_format']) ?? 'png'}`,
    source: { kind: 'base64', data },
    ...extraOf(keptFields(item, ['type', 'result', 'output_format'])),
  };
}

function parseMessageItem(item: JsonObject, { previous, isRepeated }: ItemPlace): AssistantBlock[] {
  const { content } = item;
  const parts: readonly Json[] =
    typeof content === 'string' ? [{ type: 'output_text', text: content }] : listOf(content);
  const fields = itemFields(item);
  return parts.filter(isObject).map((part, index) => {
    const border = index === 0 && isBorder(previous, fields) ? { startsItem: true } : {};
    const ofItem = isEmpty(fields) ? border : { item: fields, ...border };
    if (part['type'] === 'refusal') return parseRefusal(part, isRepeated ? ofItem : {});
    // Those of an answer are read for all of it together.
    const logprobs = isRepeated && listOf(part['logprobs']).length > 0 ? part['logprobs'] : undefined;
    const media = isRepeated ? parseMediaPart(part, 'input') : undefined;
    return parseTextPart(part, ofItem, logprobs) ?? media ?? foreignPart(part);
  });
}

/** What a message item says of itself: it is kept with each of its blocks. */
export function itemFields(item: JsonObject): JsonObject {
  return keptFields(item, ['type', 'role', 'content']);
}

/** Whether two neighbouring items would be taken for one. */
export function isBorder(previous: AssistantBlock | undefined, fields: JsonObject): boolean {
  if (previous === undefined || !isOfMessage(previous)) return false;
  return isSameJson(fieldsOf(ownOf(previous.extra)['item']), fields);
}

/** Whether a block is part of a message item, rather than an item of its own. */
function isOfMessage(block: AssistantBlock): boolean {
  if (block.type === 'foreign') return ownOf(block.extra)['isPart'] === true;
  return block.type === 'text' || block.type === 'refusal';
}

/** A part of text as a block; undefined where it is none. */
export function parseTextPart(part: JsonObject, ofItem: JsonObject, logprobs?: Json): TextBlock | undefined {
  const { type, text } = part;
  if (type !== 'output_text' && type !== 'input_text' && type !== 'text') return undefined;
  const citations = listOf(part['annotations']).filter(isObject).map(parseAnnotation);
  return {
    type: 'text',
    text: stringOf(text) ?? '',
    ...(citations.length === 0 ? {} : { citations }),
    ...extraOf(
      defined({ ...ofItem, ...restOf(part, ['type', 'text', 'annotations', 'logprobs']), logprobs }),
    ),
  };
}

function parseRefusal(part: JsonObject, ofItem: JsonObject): RefusalBlock {
  return {
    type: 'refusal',
    text: stringOf(part['refusal']) ?? '',
    ...extraOf(defined({ ...ofItem, ...restOf(part, ['type', 'refusal']) })),
  };
}

/** A call of a function, or of a custom tool. */
function parseCallItem(item: JsonObject, block: number): ToolCallBlock {
  const format = item['type'] === 'custom_tool_call' ? 'text' : 'json';
  const name = stringOf(item['name']) ?? '';
  return {
    type: 'tool-call',
    id: callId(item, block),
    name,
    format,
    input: format === 'text' ? (stringOf(item['input']) ?? '') : argumentsText(item['arguments']),
    ...extraOf(callFields(item)),
  };
}

export function callFields(item: JsonObject): JsonObject {
  const isCustom = item['type'] === 'custom_tool_call';
  return keptFields(item, ['type', 'call_id', 'name', isCustom ? 'input' : 'arguments']);
}

/** Never empty, and the same whenever the same answer is read. */
export function callId(item: JsonObject, block: number): string {
  return wordOf(item['call_id']) ?? wordOf(item['id']) ?? `call_0_${block}_${stringOf(item['name']) ?? ''}`;
}

/** Some servers send the object itself. */
export function argumentsText(value: Json | undefined): string {
  if (typeof value === 'string') return value === '' ? '{}' : value;
  return value === undefined || value === null ? '{}' : JSON.stringify(value);
}
