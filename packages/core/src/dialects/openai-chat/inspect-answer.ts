import type { Json } from '../../protocol/json.ts';
import { listOf, objectOf, parseJson } from '../shared/read.ts';
import { findError } from './find-error-text.ts';

/** First and last byte: whether the rest is well formed is between the provider and the caller's SDK. */
export function isJsonObject(body: Buffer): boolean {
  let start = 0;
  let end = body.length - 1;
  while ((body[start] ?? 0x7b) <= 0x20) start++;
  while (end > start && (body[end] ?? 0x7d) <= 0x20) end--;
  return body[start] === 0x7b && body[end] === 0x7d;
}

/** Some aggregators answer 200 and put the error into the body, MiniMax and xAI do so themselves. */
export function isBareError(body: Buffer): boolean {
  return parseError(body) !== undefined;
}

const signs = ['"error"', '"base_resp"', '"code"'];

/** The error that is all of an answer; a long answer is none. */
export function parseError(body: Buffer): Json | undefined {
  if (body.length >= 8192 || !signs.some((sign) => body.includes(sign))) return undefined;
  const answer = objectOf(parseJson(body.toString('utf8')));
  return answer === undefined || listOf(answer['choices']).length > 0 ? undefined : findError(answer);
}
