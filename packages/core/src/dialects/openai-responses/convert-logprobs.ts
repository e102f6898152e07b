import type { Logprob } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, isObject, listOf, numberOf, stringOf } from '../shared/read.ts';

export function parseLogprobs(value: Json | undefined): Logprob[] {
  return listOf(value)
    .filter(isObject)
    .map((entry) => ({
      ...parseToken(entry),
      top: listOf(entry['top_logprobs']).filter(isObject).map(parseToken),
    }));
}

function parseToken(entry: JsonObject): Omit<Logprob, 'top'> {
  const { bytes } = entry;
  return {
    token: stringOf(entry['token']) ?? '',
    logprob: numberOf(entry['logprob']) ?? 0,
    ...(isList(bytes) ? { bytes: bytes.map((byte) => numberOf(byte) ?? 0) } : {}),
    ...(bytes === null ? { bytes } : {}),
  };
}

export function renderLogprobs(tokens: readonly Logprob[]): JsonObject[] {
  return tokens.map(({ top, ...token }) => ({ ...renderToken(token), top_logprobs: top.map(renderToken) }));
}

/** The official SDK wants the bytes to be there. */
function renderToken({ token, logprob, bytes }: Omit<Logprob, 'top'>): JsonObject {
  return { token, logprob, bytes: bytes === undefined ? [...new TextEncoder().encode(token)] : bytes };
}

/** They are of the whole answer: its last text shows them. */
export function placeLogprobs(
  items: readonly JsonObject[],
  tokens: readonly Logprob[],
): readonly JsonObject[] {
  const at = tokens.length === 0 ? -1 : items.findLastIndex((item) => lastText(item) >= 0);
  const item = items[at];
  if (item === undefined) return items;
  const index = lastText(item);
  const content = listOf(item['content']).map((part, place) =>
    place === index && isObject(part)
      ? { ...part, logprobs: [...listOf(part['logprobs']), ...renderLogprobs(tokens)] }
      : part,
  );
  return items.with(at, { ...item, content });
}

function lastText({ type, content }: JsonObject): number {
  if (type !== 'message') return -1;
  return listOf(content).findLastIndex((part) => isObject(part) && part['type'] === 'output_text');
}
