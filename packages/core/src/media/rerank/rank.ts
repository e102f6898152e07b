import { countOf, defined, fieldsOf, indexOf, numberOf, protocolError } from '../../dialects/shared/read.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { RankedDocument, RerankRequest } from '../../protocol/rerank.ts';
import type { Usage } from '../../protocol/usage.ts';
import { nameUntold } from '../shared/name-untold.ts';

/** What the vendor is not told. That fewer are wanted, and with their texts, the family sees to itself. */
export function untoldOf(
  { maxTokensPerDocument, extra }: RerankRequest,
  told: readonly string[],
): readonly string[] {
  return nameUntold({ max_tokens_per_doc: maxTokensPerDocument, ...extra }, told);
}

/** The best first, of documents that were given. @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function readRanked(
  list: readonly Json[],
  { documents }: RerankRequest,
  scoreName: string,
): readonly RankedDocument[] {
  const ranked = list.map((item) => {
    const fields = fieldsOf(item);
    const index = indexOf(fields['index']);
    const score = numberOf(fields[scoreName]);
    if (index === undefined || index >= documents.length || score === undefined)
      throw protocolError('a result does not say which document it is about, or its score');
    return { index, score };
  });
  return ranked.toSorted((one, other) => other.score - one.score);
}

/** Rerankers are paid for by what they read, or by the search. */
export function usageFrom(tokens: unknown, searches?: unknown): Usage | undefined {
  const inputTokens = countOf(tokens);
  const units = countOf(searches);
  if (inputTokens === undefined && units === undefined) return undefined;
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    ...defined({ media: units === undefined ? undefined : { searches: units } }),
  };
}

/** Jina's and vLLM's way to count. */
export function usageIn(body: JsonObject): Usage | undefined {
  const { total_tokens, prompt_tokens } = fieldsOf(body['usage']);
  return usageFrom(total_tokens ?? prompt_tokens);
}
