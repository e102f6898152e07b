import type { Logprob } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, listOf, stringOf } from '../shared/read.ts';
import { field } from './read.ts';

export function parseLogprobs(result: JsonObject): readonly Logprob[] {
  const tops = listOf(field(result, 'topCandidates'));
  return listOf(field(result, 'chosenCandidates')).flatMap((chosen, index) => {
    const token = parseToken(chosen);
    const top = tops[index];
    const others = isObject(top)
      ? listOf(field(top, 'candidates')).flatMap((item) => parseToken(item) ?? [])
      : [];
    return token === undefined ? [] : [{ ...token, top: others }];
  });
}

export function renderLogprobs(tokens: readonly Logprob[]): JsonObject {
  return {
    chosenCandidates: tokens.map(renderToken),
    ...(tokens.some(({ top }) => top.length > 0)
      ? { topCandidates: tokens.map(({ top }) => ({ candidates: top.map(renderToken) })) }
      : {}),
  };
}

/** The results of two chunks of one candidate: tokens follow each other, of sums the later one holds. */
export function joinLogprobs(earlier: JsonObject | undefined, later: JsonObject): JsonObject {
  if (earlier === undefined) return later;
  const joined = (name: string): { [name: string]: Json } => {
    const tokens = [...listOf(field(earlier, name)), ...listOf(field(later, name))];
    return tokens.length === 0 ? {} : { [name]: tokens };
  };
  return { ...earlier, ...later, ...joined('chosenCandidates'), ...joined('topCandidates') };
}

function parseToken(value: Json): Omit<Logprob, 'top'> | undefined {
  if (!isObject(value)) return undefined;
  const token = stringOf(field(value, 'token'));
  // Protobuf leaves out a number that is 0: the surest token of all.
  const logprob = field(value, 'logProbability') ?? 0;
  return token === undefined || typeof logprob !== 'number' ? undefined : { token, logprob };
}

function renderToken({ token, logprob }: Omit<Logprob, 'top'>): JsonObject {
  return { token, logProbability: logprob };
}
