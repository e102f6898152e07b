import type { ChatDialect, Extra, ReasoningBlock, Signature } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, indexOf, isEmpty, objectOf, restOf, stringOf, wordOf } from '../shared/read.ts';
import { extraOf, ownOf } from './own-extra.ts';

/*
 * `reasoning_details` of an assistant's message: an opaque list (OpenRouter's) that a client echoes with the message.
 * Entries of ours name a dialect as their `format`: a signature that belongs to it, of a block of reasoning, of a tool
 * call (`id`), or of a piece of the content (`id: "content"`, from `start` to `end`). Entries with another format are
 * the upstream's own, and go back as they came.
 */

/** A signature and what else its provider wants with it. */
export interface Opaque {
  readonly signature: Signature;
  readonly extra?: Extra;
}

export type Detail =
  | { readonly of: 'reasoning'; readonly block: ReasoningBlock }
  | { readonly of: 'call'; readonly id: string; readonly opaque: Opaque }
  | { readonly of: 'text'; readonly start: number; readonly end: number; readonly opaque: Opaque };

const dialects: readonly ChatDialect[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'bedrock',
];

export function readDetail(value: Json): Detail | undefined {
  const entry = objectOf(value);
  const type = wordOf(entry?.['type']);
  if (entry === undefined || type === undefined) return undefined;
  const dialect = dialects.find((known) => known === entry['format']);
  return dialect === undefined
    ? { of: 'reasoning', block: readForeign(entry, type) }
    : readOwn(entry, type, dialect);
}

function readOwn(entry: JsonObject, type: string, dialect: ChatDialect): Detail | undefined {
  const value = stringOf(entry['signature']) ?? stringOf(entry['data']);
  const text = stringOf(entry['text']) ?? '';
  if (value === undefined) return { of: 'reasoning', block: { type: 'reasoning', text } };
  const extra = objectOf(entry['extra']);
  const opaque: Opaque = {
    signature: { dialect, value },
    ...(extra === undefined ? {} : { extra: { [dialect]: extra } }),
  };
  const id = wordOf(entry['id']);
  if (id === 'content') {
    const start = indexOf(entry['start']) ?? 0;
    return { of: 'text', start, end: indexOf(entry['end']) ?? Number.MAX_SAFE_INTEGER, opaque };
  }
  if (id !== undefined) return { of: 'call', id, opaque };
  const redacted = type === 'reasoning.encrypted' ? { isRedacted: true } : {};
  return { of: 'reasoning', block: { type: 'reasoning', text, ...redacted, ...opaque } };
}

function readForeign(entry: JsonObject, type: string): ReasoningBlock {
  const value = wordOf(type === 'reasoning.encrypted' ? entry['data'] : entry['signature']);
  const text = textOfDetail(entry) ?? '';
  const isShown = type === 'reasoning.text' || type === 'reasoning.summary';
  const rest = restOf(entry, fieldsOf(type)) ?? {};
  const isPlain = Object.keys(rest).length === 1 && type !== 'reasoning.summary' && isKnown(type);
  return {
    type: 'reasoning',
    text,
    ...(isShown ? {} : { isRedacted: true }),
    ...(value === undefined ? {} : { signature: { dialect: 'openai-chat', value } }),
    ...(isPlain ? {} : extraOf(rest)),
  };
}

function isKnown(type: string): boolean {
  return type === 'reasoning.text' || type === 'reasoning.summary' || type === 'reasoning.encrypted';
}

/** The fields of an entry that the block itself holds. */
function fieldsOf(type: string): readonly string[] {
  if (type === 'reasoning.text') return ['text', 'signature'];
  if (type === 'reasoning.summary') return ['summary', 'signature'];
  return type === 'reasoning.encrypted' ? ['data'] : [];
}

/** What an entry shows of the reasoning. */
export function textOfDetail(entry: JsonObject): string | undefined {
  if (entry['type'] === 'reasoning.text') return stringOf(entry['text']);
  return entry['type'] === 'reasoning.summary' ? stringOf(entry['summary']) : undefined;
}

/** The entry for a block; nothing where its text is all there is to say. */
export function renderReasoningDetail(block: ReasoningBlock): JsonObject | undefined {
  const own = ownOf(block.extra);
  const value = block.signature?.dialect === 'openai-chat' ? block.signature.value : undefined;
  if (own['type'] === 'reasoning.summary') return defined({ ...own, summary: block.text, signature: value });
  if (own['type'] === 'reasoning.text') return defined({ ...own, text: block.text, signature: value });
  if (own['type'] === 'reasoning.encrypted') return defined({ ...own, data: value });
  if (!isEmpty(own)) return own;
  if (block.signature === undefined) return undefined;
  const { dialect, value: data } = block.signature;
  const more = { format: dialect, ...renderExtra(block) };
  return block.isRedacted === true
    ? { type: 'reasoning.encrypted', data, ...more }
    : { type: 'reasoning.text', text: block.text, signature: data, ...more };
}

/** The entry for the signature of a tool call, or of a piece of the text. */
export function renderOpaqueDetail(opaque: Opaque, place: JsonObject): JsonObject {
  const { dialect, value } = opaque.signature;
  return { type: 'reasoning.encrypted', ...place, data: value, format: dialect, ...renderExtra(opaque) };
}

function renderExtra({ signature, extra }: Partial<Opaque>): JsonObject {
  const more = signature === undefined ? undefined : extra?.[signature.dialect];
  return more === undefined || isEmpty(more) ? {} : { extra: more };
}

/** The same signature twice: clients that join the lists of a stream have the last one in full behind the pieces. */
export function withoutRepeats(entries: readonly Json[]): readonly Json[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const key = identify(objectOf(entry) ?? {});
    if (key === undefined) return true;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** By its signature; an entry without one is like any other. */
export function identify(entry: JsonObject): string | undefined {
  const secret = wordOf(entry['signature']) ?? wordOf(entry['data']);
  return secret === undefined ? undefined : JSON.stringify([entry['id'], entry['index'], secret]);
}

/** Puts shown reasoning and its details in order: text that has no details of its own stays, as a block of its own. */
export function alignReasoning(text: string, blocks: readonly ReasoningBlock[]): readonly ReasoningBlock[] {
  const aligned: ReasoningBlock[] = [];
  let position = 0;
  for (const block of blocks) {
    const at = block.text === '' ? position : text.indexOf(block.text, position);
    // The details tell another story than the text: they are the exact ones.
    if (at < 0) return blocks;
    if (at > position) aligned.push({ type: 'reasoning', text: text.slice(position, at) });
    aligned.push(block);
    position = at + block.text.length;
  }
  if (position < text.length) aligned.push({ type: 'reasoning', text: text.slice(position) });
  return aligned;
}
