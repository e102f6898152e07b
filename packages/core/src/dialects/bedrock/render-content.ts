import type {
  AssistantBlock,
  CacheMark,
  MediaBlock,
  ReasoningBlock,
  TextBlock,
  ToolResultBlock,
} from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { nameOfForeign } from '../shared/name-foreign.ts';
import { isObject, objectOf, parseJson } from '../shared/read.ts';
import { renderToolName } from '../shared/text-tools.ts';
import { wordFailure } from '../shared/word-failure.ts';
import { renderCitation } from './convert-citation.ts';
import { kindOf, renderMedia } from './convert-media.ts';
import type { ModelFamily } from './model-family.ts';
import { ownOf } from './own-extra.ts';
import { renderToolInput } from './tool-input.ts';

/** What rendering a request must know, and what it finds out on the way. */
export interface Rendering {
  readonly family: ModelFamily;
  /** Names of what could not be said. */
  readonly drops: Drops;
  /** Names of documents, which must differ, and the number that each was given last. */
  readonly documentNames: Map<string, number>;
}

export function renderCachePoint(cache: CacheMark | undefined, rendering: Rendering): JsonObject[] {
  if (cache === undefined) return [];
  const { cachePoints } = rendering.family;
  if (cachePoints === 'none') {
    rendering.drops.add('messages.cache_control');
    return [];
  }
  const hasTtl = cache.ttl !== undefined && cachePoints === 'all';
  if (cache.ttl !== undefined && !hasTtl) rendering.drops.add('messages.cache_control.ttl');
  return [{ cachePoint: { type: 'default', ...(hasTtl ? { ttl: cache.ttl } : {}) } }];
}

/** Bedrock refuses blank text: an empty block is left out. */
export function renderText({ text }: Pick<TextBlock, 'text'>): JsonObject[] {
  return text === '' ? [] : [{ text }];
}

/** In a request only citations of Bedrock's own are said again: it demands a place in a document of this conversation. */
export function renderAssistantBlock(block: AssistantBlock, rendering: Rendering): JsonObject[] {
  switch (block.type) {
    case 'text': {
      const own = block.citations?.filter(({ extra }) => extra?.bedrock !== undefined) ?? [];
      if (own.length < (block.citations?.length ?? 0)) rendering.drops.add('messages.citations');
      if (own.length === 0 || block.text === '') return renderText(block);
      return [{ citationsContent: { content: [{ text: block.text }], citations: own.map(renderCitation) } }];
    }
    case 'refusal':
      return renderText(block);
    case 'reasoning': {
      const isSigned = block.signature !== undefined;
      return isSigned || rendering.family.takesUnsignedReasoning ? renderReasoningBlock(block, isSigned) : [];
    }
    case 'tool-call':
      return [renderToolUse(block)];
    case 'media':
      // Only a user may show pictures and documents.
      rendering.drops.add('messages.assistant_media');
      return [];
    default:
      return renderForeign(block, rendering);
  }
}

/** A block with a foreign signature, or with none where one is needed, cannot be said. */
export function renderReasoningBlock(block: ReasoningBlock, needsSignature: boolean): JsonObject[] {
  const signature = block.signature?.dialect === 'bedrock' ? block.signature.value : undefined;
  if (signature === undefined && (needsSignature || block.isRedacted === true || block.text === ''))
    return [];
  if (block.isRedacted === true) return [{ reasoningContent: { redactedContent: signature } }];
  const reasoningText = { text: block.text, ...(signature === undefined ? {} : { signature }) };
  return [{ reasoningContent: { reasoningText } }];
}

export function renderToolUse(block: Extract<AssistantBlock, { type: 'tool-call' }>): JsonObject {
  return {
    toolUse: {
      ...ownOf(block.extra),
      toolUseId: block.id,
      name: renderToolName(block.name, block.format),
      input: renderToolInput(block),
    },
  };
}

export function renderForeign(
  block: Extract<AssistantBlock, { type: 'foreign' }>,
  rendering: Rendering,
): JsonObject[] {
  if (block.dialect === 'bedrock') return [block.value];
  rendering.drops.add(nameOfForeign(block));
  return [];
}

export function renderUserMedia(block: MediaBlock, rendering: Rendering): JsonObject[] {
  if (block.detail !== undefined && block.detail !== 'auto') rendering.drops.add('messages.image_url.detail');
  const isDocument = kindOf(block) === 'document';
  if (block.name !== undefined && !isDocument) rendering.drops.add('messages.filename');
  const name = isDocument ? documentName(block.name, rendering.documentNames) : '';
  const media = renderMedia(block, name);
  if (typeof media !== 'string') return [media];
  rendering.drops.add(`messages.${media}`);
  return [];
}

/** Letters, digits, single spaces, hyphens, parentheses and brackets are all that Bedrock takes, and no name twice. */
function documentName(name: string | undefined, taken: Map<string, number>): string {
  const fit = (name ?? '')
    .replaceAll(/[^a-zA-Z0-9\s\-()[\]]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const wanted = fit === '' ? 'document' : fit;
  let count = taken.get(wanted) ?? 0;
  let unique = wanted;
  while (taken.has(unique)) unique = `${wanted} (${++count})`;
  taken.set(wanted, Math.max(count, 1));
  taken.set(unique, 1);
  return unique;
}

/** Other vendors' models refuse a result that tells whether it is an error. */
const takesStatus: ReadonlySet<ModelFamily['vendor']> = new Set(['claude', 'nova', 'unknown']);

export function renderToolResult(block: ToolResultBlock, rendering: Rendering): JsonObject[] {
  const { isError } = block;
  const hasStatus = isError !== undefined && takesStatus.has(rendering.family.vendor);
  const said = hasStatus ? block.content : wordFailure(block);
  const content = said.flatMap((item) =>
    item.type === 'media' ? renderUserMedia(item, rendering) : renderResultText(item),
  );
  const toolResult = {
    ...ownOf(block.extra),
    toolUseId: block.callId,
    content,
    ...(hasStatus ? { status: isError ? 'error' : 'success' } : {}),
  };
  // A cache point cannot stand inside of a result.
  const cache = block.cache ?? block.content.findLast((item) => item.cache !== undefined)?.cache;
  return [{ toolResult }, ...renderCachePoint(cache, rendering)];
}

function renderResultText(item: TextBlock): JsonObject[] {
  const own = item.extra?.bedrock;
  const block = objectOf(own?.['block']);
  if (block !== undefined) return [block];
  const json: Json | undefined = own?.['json'] === true ? parseJson(item.text) : undefined;
  return isObject(json) ? [{ json }] : renderText(item);
}
