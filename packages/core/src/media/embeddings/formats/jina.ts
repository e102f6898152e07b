import { defined, pick } from '../../../dialects/shared/read.ts';
import type { EmbeddingsRequest, EmbeddingsResult } from '../../../protocol/embeddings.ts';
import type { MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { textsOf, untoldOf } from '../asked.ts';
import { type TaskWords, tellTask } from '../map-task.ts';
import { parseListAnswer } from '../read-list.ts';

/** Jina's `/v1/embeddings`: https://api.jina.ai/redoc#tag/embeddings. */
export const jinaEmbeddings: MediaFormat<EmbeddingsRequest, EmbeddingsResult> = {
  renderRequest,
  parseAnswer: parseListAnswer,
};

const passed = ['late_chunking', 'normalized', 'truncate'];
const tasks: TaskWords = {
  parameter: 'task',
  words: {
    query: 'retrieval.query',
    document: 'retrieval.passage',
    classification: 'classification',
    clustering: 'separation',
    similarity: 'text-matching',
    'code-query': 'code.query',
  },
};

function renderRequest(request: EmbeddingsRequest, model: string): RenderedMedia {
  const task = tellTask(request, tasks);
  const json = defined({
    ...pick(request.extra ?? {}, passed),
    model,
    input: textsOf(request),
    task: task.word,
    dimensions: request.dimensions,
    embedding_type: request.encoding,
  });
  const told = ['dimensions', ...passed, ...task.told];
  return { json, dropped: untoldOf(request, told) };
}
