import { countOf, defined, fieldsOf, objectOf } from '../../../dialects/shared/read.ts';
import type { EmbeddingsRequest, EmbeddingsResult } from '../../../protocol/embeddings.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { needList, readObject } from '../../shared/read-json.ts';
import { textsOf, untoldOf } from '../asked.ts';
import { readVector } from '../convert-vector.ts';
import { embedsContent } from '../embeds-content.ts';
import { googleTasks, tellTask } from '../map-task.ts';
import { checkVectors, usageOf } from '../read-list.ts';

/**
 * Vertex AI: `:predict`, and for newer models `:embedContent` with one text
 * (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api; which is which, and the
 * fields of the second, as in `@google/genai`, `tIsVertexEmbedContentModel` and `embedContentParametersPrivateToVertex`).
 */
export const vertexEmbeddings: MediaFormat<EmbeddingsRequest, EmbeddingsResult> = {
  renderRequest,
  most: mostOf,
  parseAnswer: (answer, request) => {
    const body = readObject(answer);
    return 'embedding' in body ? parseOne(body, request) : parsePredictions(body, request);
  },
};

const mostInputs = 250;
const passed = ['title', 'auto_truncate'];

/** "gemini-embedding-001 supports one instance per request". */
function mostOf(model: string): number {
  return model.includes('gemini') || model.includes('maas') ? 1 : mostInputs;
}

function renderRequest(request: EmbeddingsRequest, model: string): RenderedMedia {
  const texts = textsOf(request);
  const task = tellTask(request, googleTasks);
  const title = request.extra?.['title'];
  const sizing = defined({
    outputDimensionality: request.dimensions,
    autoTruncate: request.extra?.['auto_truncate'],
  });
  const told = ['dimensions', ...passed, ...task.told];
  const dropped = untoldOf(request, told);
  if (embedsContent(model)) {
    const content = { parts: texts.map((text) => ({ text })) };
    return {
      json: { content, embedContentConfig: defined({ taskType: task.word, title, ...sizing }) },
      dropped,
    };
  }
  const instances = texts.map((content) => defined({ content, task_type: task.word, title }));
  return { json: { instances, parameters: sizing }, dropped };
}

function parsePredictions(body: JsonObject, request: EmbeddingsRequest): EmbeddingsResult {
  const embeddings = needList(body['predictions'], 'predictions').map((item) =>
    fieldsOf(fieldsOf(item)['embeddings']),
  );
  const vectors = embeddings.map(({ values }) => readVector(values));
  const counts = embeddings.map(({ statistics }) => tokensOf(statistics));
  const tokens = counts.reduce(addKnown, 0);
  return defined({ vectors: checkVectors(vectors, request), usage: usageOf(tokens) });
}

function tokensOf(statistics: Json | undefined): number | undefined {
  const { token_count, tokenCount } = fieldsOf(statistics);
  return countOf(token_count ?? tokenCount);
}

/** What is known in part is not known. */
function addKnown(sum: number | undefined, count: number | undefined): number | undefined {
  return sum === undefined || count === undefined ? undefined : sum + count;
}

function parseOne(body: JsonObject, request: EmbeddingsRequest): EmbeddingsResult {
  const vectors = [readVector(fieldsOf(body['embedding'])['values'])];
  const usage = usageOf(countOf(objectOf(body['usageMetadata'])?.['promptTokenCount']));
  return defined({ vectors: checkVectors(vectors, request), usage });
}
