import { countOf, defined, fieldsOf, isList, pick, protocolError } from '../../../dialects/shared/read.ts';
import type { EmbeddingsRequest, EmbeddingsResult } from '../../../protocol/embeddings.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { readObject } from '../../shared/read-json.ts';
import { textsOf, untoldOf } from '../asked.ts';
import { readVector } from '../convert-vector.ts';
import { type TaskWords, tellTask } from '../map-task.ts';
import { checkVectors, usageOf } from '../read-list.ts';

/** Cohere's `/v2/embed`: `cohere-ai`, `V2EmbedRequest.d.ts` and `EmbedByTypeResponse.d.ts`. */
export const cohereEmbeddings: MediaFormat<EmbeddingsRequest, EmbeddingsResult> = {
  renderRequest,
  most: () => mostInputs,
  parseAnswer,
};

const mostInputs = 96;
const passed = ['max_tokens', 'priority', 'truncate'];
const tasks: TaskWords = {
  parameter: 'input_type',
  words: {
    query: 'search_query',
    document: 'search_document',
    classification: 'classification',
    clustering: 'clustering',
  },
};

function renderRequest(request: EmbeddingsRequest, model: string): RenderedMedia {
  const texts = textsOf(request);
  const task = tellTask(request, tasks);
  const json = defined({
    ...pick(request.extra ?? {}, passed),
    model,
    texts,
    // It must be told one; what is stored is what most vectors are made of.
    input_type: task.word ?? 'search_document',
    embedding_types: [request.encoding ?? 'float'],
    output_dimension: request.dimensions,
  });
  const told = ['dimensions', ...passed, ...task.told];
  return { json, dropped: untoldOf(request, told) };
}

function parseAnswer(answer: MediaAnswer, request: EmbeddingsRequest): EmbeddingsResult {
  const body = readObject(answer);
  const { float, base64 } = fieldsOf(body['embeddings']);
  const list = [base64, float].find(isList);
  if (list === undefined) throw protocolError('the answer has no embeddings');
  const { billed_units, tokens } = fieldsOf(body['meta']);
  const counted = fieldsOf(billed_units)['input_tokens'] ?? fieldsOf(tokens)['input_tokens'];
  return defined({
    vectors: checkVectors(list.map(readVector), request),
    usage: usageOf(countOf(counted)),
  });
}
