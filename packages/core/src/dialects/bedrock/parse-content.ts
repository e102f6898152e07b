import type {
  AssistantBlock,
  Block,
  CacheMark,
  ForeignBlock,
  MediaBlock,
  ReasoningBlock,
  TextBlock,
  ToolResultBlock,
} from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, listOf, objectOf, optional, restOf, stringOf } from '../shared/read.ts';
import { parseToolName, unwrapText } from '../shared/text-tools.ts';
import { parseCitation } from './convert-citation.ts';
import { mediaKinds, parseMedia } from './convert-media.ts';
import { extraOf } from './own-extra.ts';
import { parseToolInput } from './tool-input.ts';

/** A block that this dialect alone knows, or that is not as it should be: kept as it came. */
export function foreign(value: JsonObject): ForeignBlock {
  return { type: 'foreign', dialect: 'bedrock', value };
}

/** A cache point, if it is one that the vocabulary can say. */
export function parseCachePoint(block: JsonObject): CacheMark | undefined {
  const point = objectOf(block['cachePoint']);
  if (point === undefined || point['type'] !== 'default' || restOf(point, ['type', 'ttl']) !== undefined)
    return undefined;
  const ttl = point['ttl'];
  if (ttl === undefined || ttl === null) return {};
  return ttl === '5m' || ttl === '1h' ? { ttl } : undefined;
}

export function parseText(block: JsonObject): TextBlock | undefined {
  const text = stringOf(block['text']);
  return text === undefined || restOf(block, ['text']) !== undefined ? undefined : { type: 'text', text };
}

/** A text of no characters: Kimi has one between any two blocks. */
export function isNothing(block: JsonObject): boolean {
  return parseText(block)?.text === '';
}

/** What a block holds, whoever says it; undefined where it is none of these. */
export function parseMediaBlock(block: JsonObject): MediaBlock | undefined {
  for (const kind of mediaKinds) {
    const media = objectOf(block[kind]);
    if (media !== undefined) return parseMedia(kind, media);
  }
  return undefined;
}

/** What the model says: in an answer, or in the history of a request. */
export function parseAssistantBlock(block: JsonObject): AssistantBlock {
  return (
    parseText(block) ??
    parseCited(block) ??
    parseReasoningBlock(block) ??
    parseToolUse(block) ??
    parseMediaBlock(block) ??
    foreign(block)
  );
}

function parseCited(block: JsonObject): TextBlock | undefined {
  const cited = objectOf(block['citationsContent']);
  if (cited === undefined) return undefined;
  const pieces = listOf(cited['content']).map((piece) => stringOf(objectOf(piece)?.['text']) ?? '');
  const citations = listOf(cited['citations']).flatMap((citation) =>
    isObject(citation) ? [parseCitation(citation)] : [],
  );
  return {
    type: 'text',
    text: pieces.join(''),
    ...optional('citations', citations.length === 0 ? undefined : citations),
  };
}

function parseReasoningBlock(block: JsonObject): ReasoningBlock | undefined {
  const reasoning = objectOf(block['reasoningContent']);
  const redacted = stringOf(reasoning?.['redactedContent']);
  if (redacted !== undefined)
    return {
      type: 'reasoning',
      text: '',
      isRedacted: true,
      signature: { dialect: 'bedrock', value: redacted },
    };
  const said = objectOf(reasoning?.['reasoningText']);
  if (said === undefined) return undefined;
  const signature = stringOf(said['signature']);
  return {
    type: 'reasoning',
    text: stringOf(said['text']) ?? '',
    ...optional('signature', signature === undefined ? undefined : { dialect: 'bedrock', value: signature }),
  };
}

/** Whether the provider runs the tool itself: Nova may name the type of the caller's own tools, too. */
export function isServerToolUse(use: JsonObject): boolean {
  const type = stringOf(use['type']);
  return type !== undefined && type !== 'tool_use';
}

/** A call of a tool that the provider runs itself is no business of the caller's. */
function parseToolUse(block: JsonObject): AssistantBlock | undefined {
  const use = objectOf(block['toolUse']);
  const name = stringOf(use?.['name']);
  const id = stringOf(use?.['toolUseId']);
  if (use === undefined || name === undefined || isServerToolUse(use)) return undefined;
  const extra = restOf(use, ['toolUseId', 'name', 'input', 'type']);
  const told = parseToolName(name);
  const input = parseToolInput(use['input']);
  return {
    type: 'tool-call',
    id: id === undefined ? '' : id,
    ...told,
    input: told.format === 'text' ? unwrapText(input) : input,
    ...extraOf(extra),
  };
}

export function parseToolResult(block: JsonObject): ToolResultBlock | undefined {
  const result = objectOf(block['toolResult']);
  const callId = stringOf(result?.['toolUseId']);
  if (result === undefined || callId === undefined) return undefined;
  const status = stringOf(result['status']);
  const isKnown = status === undefined || status === 'error' || status === 'success';
  const extra = restOf(result, ['toolUseId', 'content', ...(isKnown ? ['status'] : [])]);
  return {
    type: 'tool-result',
    callId,
    content: listOf(result['content']).flatMap((item) => (isObject(item) ? [parseResultItem(item)] : [])),
    ...optional('isError', status !== undefined && isKnown ? status === 'error' : undefined),
    ...extraOf(extra),
  };
}

/** What is neither text nor a medium becomes text, and comes back as what it was. */
function parseResultItem(item: JsonObject): TextBlock | MediaBlock {
  const known = parseText(item) ?? parseMediaBlock(item);
  if (known !== undefined) return known;
  const json: Json | undefined = item['json'];
  if (json !== undefined && restOf(item, ['json']) === undefined)
    return { type: 'text', text: JSON.stringify(json), extra: { bedrock: { json: true } } };
  return { type: 'text', text: JSON.stringify(item), extra: { bedrock: { block: item } } };
}

/** A block with the mark of the cache point behind it; undefined where it has one already, or cannot bear one. */
export function withCache<Kind extends Block>(block: Kind | undefined, cache: CacheMark): Kind | undefined {
  return block === undefined || block.cache !== undefined ? undefined : { ...block, cache };
}
