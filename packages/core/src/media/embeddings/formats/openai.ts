import { defined } from '../../../dialects/shared/read.ts';
import type { EmbeddingsRequest, EmbeddingsResult } from '../../../protocol/embeddings.ts';
import type { MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { parseListAnswer } from '../read-list.ts';

/** OpenAI, Azure, and who takes what they take; whoever does not know a parameter says so itself. */
export const openaiEmbeddings: MediaFormat<EmbeddingsRequest, EmbeddingsResult> = {
  renderRequest,
  parseAnswer: parseListAnswer,
};

function renderRequest(request: EmbeddingsRequest, model: string): RenderedMedia {
  const { inputs, encoding, dimensions, task, user, extra } = request;
  const [only] = inputs;
  const json = defined({
    ...extra,
    ...(task === undefined ? {} : { [task.parameter]: task.word }),
    model,
    input: inputs.length === 1 ? only : inputs,
    encoding_format: encoding,
    dimensions,
    user,
  });
  return { json, dropped: [] };
}
