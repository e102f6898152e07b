import type { AssistantBlock, RefusalBlock, TextBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { renderCitation } from './convert-citation.ts';
import { renderMedia } from './convert-media.ts';
import { canReturn, renderReasoningItem } from './convert-reasoning.ts';
import { joins } from './group-items.ts';
import { dialect, dropForeign, ownExtra } from './own-extra.ts';
import { asName, asObject, asText, compact } from './read.ts';

/** What the model said before, as items. */
export function renderSaid(content: readonly AssistantBlock[], dropped: Set<string>): JsonObject[] {
  const items: JsonObject[] = [];
  let open: { readonly fields: Json | undefined; readonly parts: JsonObject[] } | undefined;
  for (const block of content) {
    if (block.type !== 'foreign') dropForeign(block.extra, dropped, 'messages.');
    if (block.cache !== undefined && ownExtra(block.extra)['prompt_cache_breakpoint'] === undefined) {
      dropped.add('messages.cache_control');
    }
    const part = partOfMessage(block, dropped);
    if (part === undefined) {
      const item = renderItem(block, dropped);
      if (item === undefined) continue;
      open = undefined;
      items.push(item);
      continue;
    }
    if (open === undefined || !joins(open, block.type === 'text' ? 'text' : 'other', block.extra)) {
      const fields = ownExtra(block.extra)['item'];
      open = { fields, parts: [] };
      items.push(messageItem(asObject(fields), open.parts));
    }
    open.parts.push(part);
  }
  return items;
}

function messageItem(fields: JsonObject, content: readonly JsonObject[]): JsonObject {
  // An item under its id is a whole one, and that has a status.
  const status = asName(fields['id']) === undefined ? {} : { status: 'completed' };
  return { type: 'message', role: 'assistant', content, ...status, ...fields };
}

/** Undefined where the block is an item of its own. */
function partOfMessage(block: AssistantBlock, dropped: Set<string>): JsonObject | undefined {
  if (block.type === 'text') {
    for (const citation of block.citations ?? []) {
      dropForeign(citation.extra, dropped, 'messages.citations.');
      if (renderCitation(citation, block.text) === undefined) dropped.add('messages.citations');
    }
    return textPart(block);
  }
  if (block.type === 'refusal') return refusalPart(block);
  const isOwnPart =
    block.type === 'foreign' && block.dialect === dialect && ownExtra(block.extra)['isPart'] === true;
  return isOwnPart ? block.value : undefined;
}

export function textPart(block: TextBlock): JsonObject {
  const { item: _, startsItem: __, ...own } = ownExtra(block.extra);
  const annotations = (block.citations ?? []).map((citation) => renderCitation(citation, block.text));
  return compact({
    type: 'output_text',
    text: block.text,
    annotations: annotations.filter((annotation) => annotation !== undefined),
    ...own,
  });
}

export function refusalPart(block: RefusalBlock): JsonObject {
  const { item: _, startsItem: __, ...own } = ownExtra(block.extra);
  return compact({ type: 'refusal', refusal: block.text, ...own });
}

function renderItem(block: AssistantBlock, dropped: Set<string>): JsonObject | undefined {
  switch (block.type) {
    case 'reasoning':
      return canReturn(block) ? renderReasoningItem(block) : undefined;
    case 'tool-call':
      return renderCall(block);
    case 'media':
      // The model's own pictures have no form in the input: they are shown to it as the user's.
      return { type: 'message', role: 'user', content: [renderMedia(block, dropped)] };
    case 'foreign':
      if (block.dialect === dialect) return block.value;
      dropped.add(`messages.${asText(block.value['type']) ?? Object.keys(block.value)[0] ?? 'content'}`);
      return undefined;
    default:
      return undefined;
  }
}

/** The item of a call; its id and status come from where it came from. */
export function renderCall(block: Extract<AssistantBlock, { type: 'tool-call' }>): JsonObject {
  const { id, name, input } = block;
  const own = ownExtra(block.extra);
  return block.format === 'text'
    ? compact({ type: 'custom_tool_call', call_id: id, name, input, ...own })
    : compact({ type: 'function_call', call_id: id, name, arguments: input === '' ? '{}' : input, ...own });
}
