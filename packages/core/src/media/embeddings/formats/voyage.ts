import { defined, pick } from '../../../dialects/shared/read.ts';
import type { EmbeddingsRequest, EmbeddingsResult } from '../../../protocol/embeddings.ts';
import type { MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { textsOf, untoldOf } from '../asked.ts';
import { type TaskWords, tellTask } from '../map-task.ts';
import { parseListAnswer } from '../read-list.ts';

/** Voyage's `/v1/embeddings`: `voyageai`, `EmbedRequest.d.ts`. */
export const voyageEmbeddings: MediaFormat<EmbeddingsRequest, EmbeddingsResult> = {
  renderRequest,
  most: () => mostInputs,
  parseAnswer: parseListAnswer,
};

/** https://docs.voyageai.com/reference/embeddings-api */
const mostInputs = 1000;
const passed = ['output_dtype', 'truncation'];
const tasks: TaskWords = { parameter: 'input_type', words: { query: 'query', document: 'document' } };

function renderRequest(request: EmbeddingsRequest, model: string): RenderedMedia {
  const texts = textsOf(request);
  const task = tellTask(request, tasks);
  const json = defined({
    ...pick(request.extra ?? {}, passed),
    model,
    input: texts,
    input_type: task.word,
    output_dimension: request.dimensions,
    // Numbers, if left out; it takes no other word.
    encoding_format: wantsBase64(request) ? 'base64' : undefined,
  });
  const told = ['dimensions', ...passed, ...task.told];
  return { json, dropped: untoldOf(request, told) };
}

/** Its Base64 is of the type that was asked for; what a caller expects in one is floats. */
function wantsBase64({ encoding, extra }: EmbeddingsRequest): boolean {
  const type = extra?.['output_dtype'];
  return encoding === 'base64' && (type === undefined || type === 'float');
}
