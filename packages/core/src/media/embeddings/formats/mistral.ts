import { defined, pick } from '../../../dialects/shared/read.ts';
import type { EmbeddingsRequest, EmbeddingsResult } from '../../../protocol/embeddings.ts';
import type { MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { textsOf, untoldOf } from '../asked.ts';
import { parseListAnswer } from '../read-list.ts';

/** Mistral's `/v1/embeddings`: `@mistralai/mistralai`, `embeddingrequest.ts`; its answers are read as numbers only. */
export const mistralEmbeddings: MediaFormat<EmbeddingsRequest, EmbeddingsResult> = {
  renderRequest,
  parseAnswer: parseListAnswer,
};

const passed = ['metadata', 'output_dtype'];

function renderRequest(request: EmbeddingsRequest, model: string): RenderedMedia {
  const json = defined({
    ...pick(request.extra ?? {}, passed),
    model,
    input: textsOf(request),
    output_dimension: request.dimensions,
  });
  return { json, dropped: untoldOf(request, ['dimensions', ...passed]) };
}
