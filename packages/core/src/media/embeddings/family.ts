import type { EmbeddingsRequest, EmbeddingsResult } from '../../protocol/embeddings.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaContext, MediaFamily, RenderedAnswer } from '../../protocol/media.ts';
import { toBase64, toFloats } from './convert-vector.ts';
import { parseRequest } from './parse-request.ts';
import { join, split } from './split.ts';

/** `/v1/embeddings`: https://platform.openai.com/docs/api-reference/embeddings/create. */
export const embeddingsFamily: MediaFamily<EmbeddingsRequest, EmbeddingsResult> = {
  parseRequest,
  renderAnswer,
  usageOf: ({ usage }) => usage,
  split,
  join,
};

/** Bytes of UTF-8 for a token, about. */
const bytesPerToken = 4;

function renderAnswer(
  { vectors, model, usage }: EmbeddingsResult,
  request: EmbeddingsRequest,
  context: MediaContext,
): RenderedAnswer {
  const write = request.encoding === 'base64' ? toBase64 : toFloats;
  const data = vectors.map((vector, index) => ({ object: 'embedding', index, embedding: write(vector) }));
  const counted = usage === undefined ? estimate(request) : renderUsage(usage.inputTokens);
  const answer = { object: 'list', data, model: model ?? context.model, usage: counted };
  return { type: 'application/json', body: Buffer.from(JSON.stringify(answer)) };
}

function renderUsage(tokens: number): JsonObject {
  return { prompt_tokens: tokens, total_tokens: tokens };
}

/** Clients read the numbers without a look whether there are any: what is guessed says so. */
function estimate({ inputs }: EmbeddingsRequest): JsonObject {
  let tokens = 0;
  for (const input of inputs)
    tokens += typeof input === 'string' ? Math.ceil(Buffer.byteLength(input) / bytesPerToken) : input.length;
  return { ...renderUsage(tokens), estimated: true };
}
