import { countTokens } from '../../replies/count-tokens.ts';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import { renameFields } from '../../wire/rename-fields.ts';
import { flag, list, map, oneOf, record, text, whole } from '../../wire/shape.ts';
import { makeVector } from '../media/make-vector.ts';
import { type GoogleProblem, invalid } from './google-errors.ts';
import { googleJson } from './google-headers.ts';
import type { Place } from './request-shape.ts';
import { wordProblem } from './word-problem.ts';

const content = record({ role: text, parts: list(record({ text, inlineData: map, fileData: map })) });

const taskTypes = [
  'TASK_TYPE_UNSPECIFIED',
  'RETRIEVAL_QUERY',
  'RETRIEVAL_DOCUMENT',
  'SEMANTIC_SIMILARITY',
  'CLASSIFICATION',
  'CLUSTERING',
  'QUESTION_ANSWERING',
  'FACT_VERIFICATION',
  'CODE_RETRIEVAL_QUERY',
];

/** https://ai.google.dev/api/embeddings; Vertex AI has the options in an object of their own. */
const options = { taskType: oneOf(...taskTypes), title: text, outputDimensionality: whole };
const single = record({ model: text, content, ...options });
const batch = record({ model: text, requests: list(single) });
const vertexSingle = record({
  content,
  embedContentConfig: record({
    ...options,
    autoTruncate: flag,
    documentOcr: flag,
    audioTrackExtraction: flag,
  }),
});

const mostInBatch = 100;
/** Tokens; longer contents are cut. */
const longest = 2048;

export function usualDimensions(model: string): number {
  return model.startsWith('text-') ? 768 : 3072;
}

/** `:embedContent`, and the Developer API's `:batchEmbedContents`. */
export function answerEmbedding(
  given: unknown,
  { method, model, place }: { method: 'embedContent' | 'batchEmbedContents'; model: string; place: Place },
): PlannedAnswer | GoogleProblem {
  const isBatch = method === 'batchEmbedContents';
  const shape = isBatch ? batch : place === 'vertex' ? vertexSingle : single;
  const body = renameFields(given, shape);
  if (!isJsonObject(body)) {
    return invalid('Invalid JSON payload received. Unexpected end of string. Expected a value.');
  }
  const misfit = checkShape(body, shape);
  if (misfit !== undefined) return wordProblem(misfit);
  const requests = isBatch ? readList(body.requests).filter(isJsonObject) : [body];
  const name = isBatch ? 'BatchEmbedContentsRequest.requests' : 'EmbedContentRequest';
  if (requests.length === 0) return invalid(`* ${name}: requests is not specified\n`);
  if (requests.length > mostInBatch) {
    return invalid(`* ${name}: at most ${mostInBatch} requests can be in one batch\n`);
  }
  const problem = requests.map((request, index) => check(request, isBatch ? `${name}[${index}]` : name));
  const first = problem.find((words) => words !== undefined);
  if (first !== undefined) return invalid(first);
  const embeddings = requests.map((request) => ({ values: embed(request, model) }));
  if (isBatch) return jsonAnswer(200, { embeddings }, googleJson);
  const answer = { embedding: embeddings[0], ...(place === 'vertex' ? renderUsage(body) : {}) };
  return jsonAnswer(200, answer, googleJson);
}

function check(request: JsonObject, name: string): string | undefined {
  const { title, taskType, outputDimensionality } = optionsOf(request);
  if (textOf(request) === '' && mediaOf(request) === 0)
    return `* ${name}.content: contents is not specified\n`;
  if (title !== undefined && taskType !== 'RETRIEVAL_DOCUMENT') {
    return `* ${name}.title: title can only be set for the task type RETRIEVAL_DOCUMENT.\n`;
  }
  const dimensions = readNumber(outputDimensionality);
  return dimensions !== undefined && (dimensions < 1 || dimensions > 3072)
    ? `* ${name}.output_dimensionality: output_dimensionality must be in the range [1, 3072].\n`
    : undefined;
}

function embed(request: JsonObject, model: string): number[] {
  const dimensions = readNumber(optionsOf(request).outputDimensionality) ?? usualDimensions(model);
  return [...makeVector(JSON.stringify(readParts(request)), dimensions)];
}

function optionsOf(request: JsonObject): JsonObject {
  return isJsonObject(request.embedContentConfig) ? request.embedContentConfig : request;
}

function readParts({ content: of }: JsonObject): readonly JsonObject[] {
  return isJsonObject(of) ? readList(of.parts).filter(isJsonObject) : [];
}

function textOf(request: JsonObject): string {
  return readParts(request)
    .map(({ text: said }) => readString(said) ?? '')
    .join('');
}

function mediaOf(request: JsonObject): number {
  return readParts(request).filter(({ text: said }) => said === undefined).length;
}

function renderUsage(request: JsonObject): JsonObject {
  const tokens = countTokens(textOf(request));
  return {
    truncated: tokens > longest,
    usageMetadata: {
      promptTokenCount: tokens,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: tokens }],
    },
  };
}
