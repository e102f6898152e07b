import type { MediaBlock, ReasoningBlock, ToolCallBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { fieldsOf, wordOf } from '../shared/read.ts';
import { renderPicture } from './convert-media.ts';
import { renderReasoningItem } from './convert-reasoning.ts';
import { renderCall } from './render-said.ts';

type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** An item of an answer under its id; what it says of itself is put back, and its own status counts. */
export function messageItem(
  fields: Json | undefined,
  content: readonly JsonObject[],
  { id, status }: { readonly id: string; readonly status: ItemStatus },
): JsonObject {
  return { type: 'message', status, role: 'assistant', content, ...fieldsOf(fields), id };
}

export function reasoningItem(block: ReasoningBlock, id: string): JsonObject {
  return { ...renderReasoningItem(block), id };
}

export function callItem(
  block: ToolCallBlock,
  { id, status }: { readonly id: string; readonly status: ItemStatus },
): JsonObject {
  return { status, ...renderCall(block), id };
}

/** A picture that the model made; other media have no place in an answer of this API. */
export function pictureItem(block: MediaBlock, id: string): JsonObject | undefined {
  const picture = renderPicture(block);
  return picture && { ...picture, id };
}

/** The SDKs want every item to have an id. */
export function foreignItem(value: JsonObject, id: string): JsonObject {
  return wordOf(value['id']) === undefined ? { ...value, id } : value;
}
