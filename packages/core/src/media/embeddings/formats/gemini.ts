import { countOf, defined, fieldsOf, pick } from '../../../dialects/shared/read.ts';
import type { EmbeddingsRequest, EmbeddingsResult } from '../../../protocol/embeddings.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { needList, readObject } from '../../shared/read-json.ts';
import { textsOf, untoldOf } from '../asked.ts';
import { readVector } from '../convert-vector.ts';
import { googleTasks, tellTask } from '../map-task.ts';
import { checkVectors, usageOf } from '../read-list.ts';

/** The Gemini API's `:batchEmbedContents`, also for one text: https://ai.google.dev/api/embeddings#method:-models.batchembedcontents. */
export const geminiEmbeddings: MediaFormat<EmbeddingsRequest, EmbeddingsResult> = {
  renderRequest,
  most: () => mostInputs,
  parseAnswer,
};

/** "at most 100 requests can be in one batch", as the API answers. */
const mostInputs = 100;
const passed = ['title'];

function renderRequest(request: EmbeddingsRequest, model: string): RenderedMedia {
  const texts = textsOf(request);
  const task = tellTask(request, googleTasks);
  const common = defined({
    taskType: task.word,
    outputDimensionality: request.dimensions,
    ...pick(request.extra ?? {}, passed),
  });
  const name = /^(?:models|tunedModels)\//.test(model) ? model : `models/${model}`;
  const requests = texts.map((text) => ({ model: name, content: { parts: [{ text }] }, ...common }));
  const told = ['dimensions', ...passed, ...task.told];
  return { json: { requests }, dropped: untoldOf(request, told) };
}

function parseAnswer(answer: MediaAnswer, request: EmbeddingsRequest): EmbeddingsResult {
  const body = readObject(answer);
  const list = needList(body['embeddings'], 'embeddings');
  return defined({
    vectors: checkVectors(
      list.map((item) => readVector(fieldsOf(item)['values'])),
      request,
    ),
    usage: usageOf(countOf(fieldsOf(body['usageMetadata'])['promptTokenCount'])),
  });
}
