import type {
  AssistantBlock,
  MediaBlock,
  ReasoningBlock,
  RefusalBlock,
  TextBlock,
} from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { fieldsOf, isList, isObject, listOf, restOf, stringOf, wordOf } from '../shared/read.ts';
import type { CallIds } from './call-ids.ts';
import { parseCitations } from './convert-citations.ts';
import { parseMedia } from './convert-media.ts';
import { parseText } from './parse-parts.ts';
import { placeOnText } from './place-on-text.ts';
import { readCalls } from './read-calls.ts';
import { alignReasoning, type Detail, readDetail, withoutRepeats } from './reasoning-details.ts';
import { splitThinking } from './split-thinking.ts';

/** What a message of the model holds. */
export interface AssistantParts {
  readonly content: readonly AssistantBlock[];
  /** The fields that the vocabulary has no word for. */
  readonly rest: JsonObject | undefined;
}

interface Reading {
  readonly ids: CallIds;
  /** Pieces of an answer are joined, as those of a stream are; in a request every part stands for itself. */
  readonly joins: boolean;
}

/** The fields of a message that are understood. */
export const messageFields: readonly string[] = [
  'role',
  'content',
  'refusal',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'tool_calls',
  'function_call',
  'annotations',
  'images',
  'files',
];

/**
 * Reads a message of the model, of an answer or of an earlier turn. The dialect keeps no order between the kinds of
 * content: it is always reasoning, text, refusal, pictures, calls.
 */
export function readAssistant(message: JsonObject, { ids, joins }: Reading): AssistantParts {
  const details = readDetails(message['reasoning_details']);
  const written = readPieces(message['content'], joins);
  const pieces = joins && written.length === 0 ? readSpoken(message) : written;
  const refusal = wordOf(message['refusal']);
  const { calls, unknown } = readCalls(message, ids, details);
  if (isCommon(message) && pieces.every(({ type }) => type === 'text')) {
    const said = [...pieces, ...calls];
    const isEmpty = said.length === 0 && !joins && message['content'] === '';
    return { content: isEmpty ? nothing : said, rest: withUnknownCalls(undefined, unknown) };
  }
  const content: AssistantBlock[] = [
    ...readReasoning(message, details),
    ...pieces.filter((block) => block.type === 'reasoning'),
    ...placeOnText(
      pieces.filter((block) => block.type === 'text' || block.type === 'foreign'),
      details.filter((detail) => detail.of === 'text'),
      parseCitations(message['annotations']),
    ),
    ...pieces.filter((block) => block.type === 'refusal'),
    ...(refusal === undefined ? [] : [{ type: 'refusal' as const, text: refusal }]),
    ...readImages(message),
    ...calls,
  ];
  const isBare = content.length === 0 && !joins && message['content'] === '';
  return {
    content: isBare ? nothing : content,
    rest: withUnknownCalls(restOf(message, messageFields), unknown),
  };
}

const nothing: readonly AssistantBlock[] = [{ type: 'text', text: '' }];
const common = ['role', 'content', 'tool_calls'];

/** What nearly every message is: text, calls, or both. */
function isCommon(message: JsonObject): boolean {
  return Object.keys(message).every((name) => common.includes(name) || message[name] === null);
}

function readDetails(value: Json | undefined): readonly Detail[] {
  const told = listOf(value);
  if (told.length === 0) return [];
  return withoutRepeats(told)
    .map(readDetail)
    .filter((detail) => detail !== undefined);
}

/** What was said aloud, in words. */
function readSpoken(message: JsonObject): readonly TextBlock[] {
  const text = wordOf(fieldsOf(message['audio'])['transcript']);
  return text === undefined ? [] : [{ type: 'text', text }];
}

function withUnknownCalls(rest: JsonObject | undefined, unknown: readonly Json[]): JsonObject | undefined {
  return unknown.length === 0 ? rest : { ...rest, tool_calls: unknown };
}

function readReasoning(message: JsonObject, details: readonly Detail[]): readonly ReasoningBlock[] {
  const shown = wordOf(message['reasoning_content']) ?? wordOf(message['reasoning']) ?? '';
  const blocks = details.flatMap((detail) => (detail.of === 'reasoning' ? [detail.block] : []));
  return alignReasoning(shown, blocks);
}

function readImages(message: JsonObject): readonly MediaBlock[] {
  return [...listOf(message['images']), ...listOf(message['files'])].flatMap((part) => {
    const media = isObject(part) ? parseMedia(part) : undefined;
    return media === undefined ? [] : [media];
  });
}

function readPieces(content: Json | undefined, joins: boolean): readonly AssistantBlock[] {
  if (content === '') return [];
  if (typeof content === 'string') return joins ? splitThinking(content) : [{ type: 'text', text: content }];
  if (!isList(content)) return [];
  const blocks: AssistantBlock[] = [];
  for (const part of content) {
    const block = readPiece(part);
    const joined = joins ? joinPieces(blocks.at(-1), block) : undefined;
    if (joined !== undefined) blocks[blocks.length - 1] = joined;
    else if (block !== undefined && !(joins && isBlank(block))) blocks.push(block);
  }
  return blocks;
}

function isBlank(block: AssistantBlock): boolean {
  return 'text' in block && block.text === '' && !('signature' in block && block.signature !== undefined);
}

function joinPieces(
  last: AssistantBlock | undefined,
  next: AssistantBlock | undefined,
): AssistantBlock | undefined {
  if (last?.type === 'text' && next?.type === 'text') return { ...last, text: last.text + next.text };
  if (last?.type !== 'reasoning' || next?.type !== 'reasoning' || last.signature !== undefined)
    return undefined;
  return { ...last, ...next, text: last.text + next.text };
}

/** One part of the content of an assistant. */
export function readPiece(
  part: Json,
): TextBlock | RefusalBlock | ReasoningBlock | Extract<AssistantBlock, { type: 'foreign' }> | undefined {
  if (typeof part === 'string') return { type: 'text', text: part };
  if (!isObject(part)) return undefined;
  if (part['type'] === 'text' && typeof part['text'] === 'string') return parseText(part);
  if (part['type'] === 'refusal' && typeof part['refusal'] === 'string')
    return { type: 'refusal', text: part['refusal'] };
  if (part['type'] === 'thinking') return readThinking(part);
  return { type: 'foreign', dialect: 'openai-chat', value: part };
}

/** Mistral's: a list of texts, or (elsewhere) the text itself. */
function readThinking(part: JsonObject): ReasoningBlock {
  const thinking = part['thinking'];
  const text = isList(thinking)
    ? thinking.map((piece) => (isObject(piece) ? (stringOf(piece['text']) ?? '') : '')).join('')
    : (stringOf(thinking) ?? '');
  const value = wordOf(part['signature']);
  return {
    type: 'reasoning',
    text,
    ...(value === undefined ? {} : { signature: { dialect: 'openai-chat', value } }),
  };
}
