import type { AssistantBlock, RefusalBlock, TextBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { nameOfForeign } from '../shared/name-foreign.ts';
import { defined, fieldsOf, wordOf } from '../shared/read.ts';
import { renderCitation } from './convert-citation.ts';
import { renderMedia, renderPicture } from './convert-media.ts';
import { canReturn, renderReasoningItem } from './convert-reasoning.ts';
import { joins } from './group-items.ts';
import { dialect, ownOf } from './own-extra.ts';

/** What the model said before, as items. */
export function renderSaid(content: readonly AssistantBlock[], drops: Drops): JsonObject[] {
  const items: JsonObject[] = [];
  let open: { readonly fields: Json | undefined; readonly parts: JsonObject[] } | undefined;
  for (const block of content) {
    if (block.cache !== undefined && ownOf(block.extra)['prompt_cache_breakpoint'] === undefined) {
      drops.add('messages.cache_control');
    }
    const part = partOfMessage(block, drops);
    if (part === undefined) {
      const item = renderItem(block, drops);
      if (item === undefined) continue;
      open = undefined;
      items.push(item);
      continue;
    }
    if (open === undefined || !joins(open, block.type === 'text' ? 'text' : 'other', block.extra)) {
      const fields = ownOf(block.extra)['item'];
      open = { fields, parts: [] };
      items.push(messageItem(fieldsOf(fields), open.parts));
    }
    open.parts.push(part);
  }
  return items;
}

function messageItem(fields: JsonObject, content: readonly JsonObject[]): JsonObject {
  // An item under its id is a whole one, and that has a status.
  const status = wordOf(fields['id']) === undefined ? {} : { status: 'completed' };
  return { type: 'message', role: 'assistant', content, ...status, ...fields };
}

/** Undefined where the block is an item of its own. */
function partOfMessage(block: AssistantBlock, drops: Drops): JsonObject | undefined {
  if (block.type === 'text') {
    for (const citation of block.citations ?? []) {
      const isTold = renderCitation(citation, block.text) !== undefined && citation.citedText === undefined;
      if (!isTold) drops.add('messages.citations');
    }
    return textPart(block);
  }
  if (block.type === 'refusal') return refusalPart(block);
  const isOwnPart =
    block.type === 'foreign' && block.dialect === dialect && ownOf(block.extra)['isPart'] === true;
  return isOwnPart ? block.value : undefined;
}

export function textPart(block: TextBlock): JsonObject {
  const { item: _, startsItem: __, ...own } = ownOf(block.extra);
  const annotations = (block.citations ?? []).map((citation) => renderCitation(citation, block.text));
  return defined({
    type: 'output_text',
    text: block.text,
    annotations: annotations.filter((annotation) => annotation !== undefined),
    ...own,
  });
}

export function refusalPart(block: RefusalBlock): JsonObject {
  const { item: _, startsItem: __, ...own } = ownOf(block.extra);
  return defined({ type: 'refusal', refusal: block.text, ...own });
}

function renderItem(block: AssistantBlock, drops: Drops): JsonObject | undefined {
  switch (block.type) {
    case 'reasoning':
      return canReturn(block) ? renderReasoningItem(block) : undefined;
    case 'tool-call':
      return renderCall(block);
    case 'media':
      // OpenAI knows its own pictures; others have no form in the input, and are shown as the user's.
      return wordOf(ownOf(block.extra)['id']) === undefined
        ? messageOf(renderMedia(block, drops))
        : renderPicture(block);
    case 'foreign':
      if (block.dialect === dialect) return block.value;
      drops.add(nameOfForeign(block));
      return undefined;
    default:
      return undefined;
  }
}

/** The item of a call; its id and status come from where it came from. */
export function renderCall(block: Extract<AssistantBlock, { type: 'tool-call' }>): JsonObject {
  const { id, name, input } = block;
  const own = ownOf(block.extra);
  return block.format === 'text'
    ? defined({ type: 'custom_tool_call', call_id: id, name, input, ...own })
    : defined({ type: 'function_call', call_id: id, name, arguments: input === '' ? '{}' : input, ...own });
}

function messageOf(part: JsonObject | undefined): JsonObject | undefined {
  return part && { type: 'message', role: 'user', content: [part] };
}
