import type {
  Citation,
  ForeignBlock,
  MediaBlock,
  ReasoningBlock,
  TextBlock,
  ToolResultBlock,
} from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { nameOfForeign } from '../shared/name-foreign.ts';
import { isObject } from '../shared/read.ts';
import { renderCache } from './convert-cache.ts';
import { isOwnCitation, renderCitation } from './convert-citation.ts';
import { renderMedia } from './convert-media.ts';
import { renderId } from './convert-tool-call.ts';
import { ownOf } from './own-extra.ts';

/** Anthropic refuses text without a visible character, so none is sent. Citations are taken of the assistant only. */
export function renderText(block: TextBlock, drops: Drops, mayCite: boolean): JsonObject | undefined {
  const { extra, text } = block;
  if (extra === undefined && block.citations === undefined && block.cache === undefined)
    return text.trim() === '' ? undefined : { type: 'text', text };
  const { block: kept, ...own } = ownOf(extra);
  if (isObject(kept)) return kept;
  if (text.trim() === '') return undefined;
  return {
    type: 'text',
    text,
    ...renderCitations(block.citations ?? [], drops, mayCite),
    ...renderCache(block.cache),
    ...own,
  };
}

function renderCitations(citations: readonly Citation[], drops: Drops, mayCite: boolean): JsonObject {
  const own = mayCite ? citations.filter(isOwnCitation) : [];
  if (own.length < citations.length) drops.add('messages.citations');
  return own.length === 0 ? {} : { citations: own.map(renderCitation) };
}

/** Undefined without a signature of Anthropic's own: it would be refused. */
export function renderSignedReasoning(block: ReasoningBlock): JsonObject | undefined {
  return block.signature?.dialect === 'anthropic-messages'
    ? renderReasoningBlock(block, block.signature.value)
    : undefined;
}

export function renderReasoningBlock(block: ReasoningBlock, signature: string): JsonObject {
  return block.isRedacted === true
    ? { type: 'redacted_thinking', data: signature, ...ownOf(block.extra) }
    : { type: 'thinking', thinking: block.text, signature, ...ownOf(block.extra) };
}

export function renderForeign(block: ForeignBlock, drops: Drops): JsonObject | undefined {
  if (block.dialect === 'anthropic-messages') return block.value;
  drops.add(nameOfForeign(block));
  return undefined;
}

export function renderToolResult(block: ToolResultBlock, drops: Drops): JsonObject {
  const parts = block.content.map((part) => renderResultPart(part, block.content.length, drops));
  const content = parts.filter((part) => part !== undefined);
  const [only] = content;
  const isPlain = content.length === 1 && only?.['type'] === 'text' && Object.keys(only).length === 2;
  return {
    type: 'tool_result',
    tool_use_id: renderId(block.callId),
    ...(content.length === 0 ? {} : { content: isPlain ? (only?.['text'] ?? '') : content }),
    ...(block.isError === undefined ? {} : { is_error: block.isError }),
    ...renderCache(block.cache),
    ...ownOf(block.extra),
  };
}

/** A result may be the empty text; beside others, a text without a visible character is refused. */
function renderResultPart(part: TextBlock | MediaBlock, of: number, drops: Drops): JsonObject | undefined {
  if (part.type === 'media') return renderMedia(part, drops);
  if (of === 1 && part.text.trim() === '') return { type: 'text', text: part.text };
  return renderText(part, drops, false);
}
