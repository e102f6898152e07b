import type { Logprob } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, isObject, listOf, numberOf, objectOf, restOf, stringOf } from '../shared/read.ts';

type Alternative = Logprob['top'][number];

/** The tokens of a choice's `logprobs`; those that cannot be read are passed over. */
export function parseLogprobs(value: unknown): readonly Logprob[] {
  return listOf(objectOf(value)?.['content']).flatMap((entry) => {
    const token = parseToken(entry);
    if (token === undefined || !isObject(entry)) return [];
    const top = listOf(entry['top_logprobs']).map(parseToken);
    return [{ ...token, top: top.filter((other) => other !== undefined) }];
  });
}

/** What of `logprobs` is not about the tokens of the text: those of a refusal, and other members' forms. */
export function restOfLogprobs(value: unknown): JsonObject | undefined {
  return restOf(objectOf(value) ?? {}, ['content']);
}

function parseToken(value: unknown): Alternative | undefined {
  const entry = objectOf(value);
  const token = stringOf(entry?.['token']);
  const logprob = numberOf(entry?.['logprob']);
  if (entry === undefined || token === undefined || logprob === undefined) return undefined;
  return { token, logprob, ...defined({ bytes: parseBytes(entry['bytes']) }) };
}

function parseBytes(value: unknown): readonly number[] | null | undefined {
  if (value === null) return null;
  if (!Array.isArray(value)) return undefined;
  return value.filter((byte) => typeof byte === 'number');
}

export function renderLogprobs(tokens: readonly Logprob[]): readonly JsonObject[] {
  return tokens.map(({ top, ...token }) => ({ ...renderToken(token), top_logprobs: top.map(renderToken) }));
}

function renderToken({ token, logprob, bytes }: Alternative): JsonObject {
  return { token, logprob, bytes: bytes ?? null };
}
