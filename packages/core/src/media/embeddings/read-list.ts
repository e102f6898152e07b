import {
  countOf,
  defined,
  fieldsOf,
  indexOf,
  objectOf,
  protocolError,
  stringOf,
} from '../../dialects/shared/read.ts';
import type { EmbeddingsRequest, EmbeddingsResult, Vector } from '../../protocol/embeddings.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaAnswer } from '../../protocol/media.ts';
import type { Usage } from '../../protocol/usage.ts';
import { needList, readObject } from '../shared/read-json.ts';
import { readVector } from './convert-vector.ts';

/** OpenAI's form of answer, which most have taken over: `{data: [{index, embedding}], model, usage}`. */
export function parseListAnswer(answer: MediaAnswer, request: EmbeddingsRequest): EmbeddingsResult {
  const body = readObject(answer);
  const vectors: Vector[] = [];
  needList(body['data'], 'data').forEach((item, position) => {
    const { index, embedding } = fieldsOf(item);
    vectors[indexOf(index) ?? position] = readVector(embedding);
  });
  return defined({
    model: stringOf(body['model']),
    vectors: checkVectors(vectors, request),
    usage: parseUsage(objectOf(body['usage'])),
  });
}

/** A vector for each input. @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
export function checkVectors(vectors: readonly Vector[], { inputs }: EmbeddingsRequest): readonly Vector[] {
  // One that nobody has written is passed over by `every`.
  const count = vectors.reduce((sum) => sum + 1, 0);
  if (vectors.length === inputs.length && count === inputs.length) return vectors;
  throw protocolError(`${count} embeddings for ${inputs.length} inputs`);
}

/** Voyage and Jina say the total only. */
function parseUsage(usage: JsonObject | undefined): Usage | undefined {
  return usageOf(countOf(usage?.['prompt_tokens'] ?? usage?.['total_tokens']));
}

/** Vectors are paid for by what goes in. */
export function usageOf(inputTokens: number | undefined): Usage | undefined {
  if (inputTokens === undefined) return undefined;
  return { inputTokens, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 };
}
