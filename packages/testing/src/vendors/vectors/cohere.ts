import { countTokens, splitTokens } from '../../replies/count-tokens.ts';
import { nameStep, type ShapeProblem } from '../../wire/check-shape.ts';
import { uuidOf } from '../../wire/hash-text.ts';
import { type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import { list, map, oneOf, record, text, whole, wholeFrom } from '../../wire/shape.ts';
import { isNumberType, makeVector, storeVector, toBase64 } from '../media/make-vector.ts';
import { rankDocuments } from '../media/rank-documents.ts';
import { refuse, type VectorFacts, type VectorProblem, type VectorRefusal } from './vector-vendor.ts';

const embeddingTypes = ['float', 'int8', 'uint8', 'binary', 'ubinary', 'base64'];
const inputTypes = ['search_document', 'search_query', 'classification', 'clustering', 'image'];

/** After `cohere-ai/api/resources/v2/client/requests`: V2EmbedRequest and V2RerankRequest. */
const embedShape = record({
  'model!': text,
  texts: list(text),
  images: list(text),
  inputs: list(record({ 'content!': list(map) })),
  input_type: oneOf(...inputTypes),
  max_tokens: whole,
  output_dimension: whole,
  embedding_types: list(oneOf(...embeddingTypes)),
  truncate: oneOf('NONE', 'START', 'END'),
  priority: whole,
});
const rerankShape = record({
  'model!': text,
  'query!': text,
  'documents!': list(text),
  top_n: wholeFrom(1),
  max_tokens_per_doc: wholeFrom(1),
  priority: whole,
});

const mostInputs = 96;
const mostDocuments = 10_000;
const documentsPerUnit = 100;
const usualTokensPerDocument = 4096;
const sizes = [256, 512, 1024, 1536];

/** Cohere, version 2: https://docs.cohere.com/reference/embed and /rerank. */
export const cohere: VectorFacts = {
  basePath: '',
  models: [
    'embed-v4.0',
    'embed-english-v3.0',
    'embed-multilingual-v3.0',
    'rerank-v3.5',
    'rerank-v4.0-fast',
    'rerank-v4.0-pro',
  ],
  routes: {
    '/v2/embed': { shape: embedShape, answer: (body, { seed }) => embed(body, seed) },
    '/v2/rerank': { shape: rerankShape, answer: (body, { seed }) => rerank(body, seed) },
  },
  headers: (seed) => ({
    'x-debug-trace-id': uuidOf(seed).replaceAll('-', ''),
    'x-endpoint-monthly-call-limit': '1000',
    'x-trial-endpoint-call-limit': '100',
    'x-trial-endpoint-call-remaining': '99',
    server: 'envoy',
  }),
  word,
};

function embed(body: JsonObject, seed: string): JsonObject | VectorRefusal {
  const texts = readList(body.texts).map(String);
  const images = readList(body.images).map(String);
  const mixed = readList(body.inputs).map((input) => JSON.stringify(input));
  const inputs = [...texts, ...images, ...mixed];
  const problem = checkEmbed(body, inputs.length);
  if (problem !== undefined) return refuse(`invalid request: ${problem}`);
  const dimensions = readNumber(body.output_dimension) ?? (isNewest(body.model) ? 1536 : 1024);
  const types = readList(body.embedding_types).map(String);
  const vectors = inputs.map((input) => makeVector(input, dimensions));
  const tokens = [...texts, ...mixed].reduce((sum, input) => sum + countTokens(input), 0);
  return {
    id: uuidOf(seed),
    embeddings: Object.fromEntries(
      (types.length === 0 ? ['float'] : types).map((type) => [
        type,
        vectors.map((vector) =>
          type === 'base64'
            ? toBase64(vector)
            : [...storeVector(vector, isNumberType(type) ? type : 'float')],
        ),
      ]),
    ),
    texts,
    ...(images.length > 0 ? { images: images.map(describeImage) } : {}),
    meta: {
      api_version: { version: '2' },
      billed_units: {
        ...(tokens > 0 ? { input_tokens: tokens } : {}),
        ...(images.length > 0 ? { images: images.length } : {}),
      },
    },
    response_type: 'embeddings_by_type',
  };
}

function checkEmbed(body: JsonObject, count: number): string | undefined {
  if (body.input_type === undefined) return 'valid input_type must be provided with the provided model';
  if (count === 0) return "must provide one of 'texts', 'images' or 'inputs'";
  if (count > mostInputs) return `total number of texts must be at most ${mostInputs} - received ${count}`;
  const size = readNumber(body.output_dimension);
  if (size === undefined) return undefined;
  if (!isNewest(body.model)) return `output_dimension is not supported for model '${String(body.model)}'`;
  return sizes.includes(size) ? undefined : `output_dimension must be one of [${sizes.join(', ')}]`;
}

function isNewest(model: unknown): boolean {
  return !/v[23]\.0$/.test(readString(model) ?? '');
}

function describeImage(url: string): JsonObject {
  return { width: 64, height: 64, format: /^data:image\/(\w+)/.exec(url)?.[1] ?? 'png', bit_depth: 8 };
}

function rerank(body: JsonObject, seed: string): JsonObject | VectorRefusal {
  const documents = readList(body.documents).map(String);
  const query = readString(body.query) ?? '';
  if (query === '') return refuse('invalid request: query must not be empty');
  if (documents.length === 0) return refuse('invalid request: list of documents must not be empty');
  if (documents.length > mostDocuments) {
    return refuse(
      `invalid request: list of documents must be at most ${mostDocuments} - received ${documents.length}`,
    );
  }
  const longest = readNumber(body.max_tokens_per_doc) ?? usualTokensPerDocument;
  const ranked = rankDocuments(
    query,
    documents.map((document) => shorten(document, longest)),
  );
  return {
    id: uuidOf(seed),
    results: ranked
      .slice(0, readNumber(body.top_n))
      .map(({ index, score }) => ({ index, relevance_score: score })),
    meta: {
      api_version: { version: '2', is_experimental: false },
      billed_units: { search_units: Math.ceil(documents.length / documentsPerUnit) },
    },
  };
}

/** What is beyond the limit is not seen. */
function shorten(document: string, tokens: number): string {
  return splitTokens(document).slice(0, tokens).join('');
}

/** As quoted in cohere-ai/cohere-toolkit#857 (401) and HandsOnLLM/Hands-On-Large-Language-Models#122 (404). */
function word(problem: VectorProblem, seed: string): { readonly status: number; readonly body: JsonObject } {
  const id = uuidOf(seed);
  const say = (status: number, message: string): { status: number; body: JsonObject } => ({
    status,
    body: { id, message },
  });
  switch (problem.type) {
    case 'key-missing':
      return say(401, 'no api key supplied');
    case 'key-wrong':
      return say(401, 'invalid api token');
    case 'url-unknown':
      return say(404, 'not found');
    case 'json-invalid':
      return say(400, 'invalid json syntax: invalid character at the beginning of the body');
    case 'model-missing':
      return say(400, 'invalid request: model is required');
    case 'model-unknown':
      return say(
        404,
        `model '${problem.model}' not found, make sure the correct model ID was used and that you have access to the model.`,
      );
    case 'misfit':
      return wordMisfit(problem.misfit, say);
    case 'refused':
      return say(400, problem.message);
    default:
      return wordStatus(problem.status, say);
  }
}

type Say = (status: number, message: string) => { status: number; body: JsonObject };

function wordMisfit({ path, problem, value }: ShapeProblem, say: Say): ReturnType<Say> {
  const name = path.map(nameStep).join('.');
  switch (problem.type) {
    case 'missing':
      return say(400, `invalid request: ${name} is required`);
    case 'unknown-field':
      return say(422, `unknown field: parameter '${name}' is not a valid field`);
    case 'wrong-type':
      return say(
        400,
        `invalid type: parameter ${name} is of type ${typeof value} but should be of type ${problem.expected}.`,
      );
    case 'not-one-of':
      return say(400, `invalid request: ${name} must be one of [${problem.expected.join(', ')}]`);
    case 'too-small':
      return say(400, `invalid request: ${name} must be greater than or equal to ${problem.limit}`);
    default:
      return say(400, `invalid request: ${name} is not valid`);
  }
}

function wordStatus(status: number, say: Say): ReturnType<Say> {
  switch (status) {
    case 401:
      return say(401, 'invalid api token');
    case 429:
      return say(
        429,
        "You are using a Trial key, which is limited to 40 API calls / minute. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'. Contact us on 'https://discord.gg/XW44jPfYJu' or email us at support@cohere.com with any questions",
      );
    case 503:
      return say(503, 'service is temporarily unavailable');
    default:
      return status >= 500
        ? say(status, 'internal server error, this has been reported to our developers')
        : say(status, 'invalid request');
  }
}
