import { countTokens } from '../../replies/count-tokens.ts';
import { nameStep, type ShapeProblem } from '../../wire/check-shape.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import { either, flag, list, nullable, oneOf, record, text, whole, wholeFrom } from '../../wire/shape.ts';
import { readInputs } from '../media/answer-embeddings.ts';
import { isNumberType, makeVector, numberTypes, storeVector, toBase64 } from '../media/make-vector.ts';
import { rankDocuments } from '../media/rank-documents.ts';
import { refuse, type VectorFacts, type VectorProblem, type VectorRefusal } from './vector-vendor.ts';

/** After `voyageai/dist/cjs/api/client/requests`: EmbedRequest and RerankRequest. */
const embedShape = record({
  'model!': text,
  'input!': either(text, list(text)),
  input_type: nullable(oneOf('query', 'document')),
  truncation: nullable(flag),
  output_dimension: nullable(whole),
  output_dtype: oneOf(...numberTypes),
  encoding_format: nullable(oneOf('base64')),
});
const rerankShape = record({
  'model!': text,
  'query!': text,
  'documents!': list(text),
  top_k: nullable(wholeFrom(1)),
  return_documents: nullable(flag),
  truncation: nullable(flag),
});

const mostInputs = 1000;
const sizes = [256, 512, 1024, 2048];

/** Voyage: https://docs.voyageai.com/reference/embeddings-api and /reranker-api. */
export const voyage: VectorFacts = {
  basePath: '/v1',
  models: [
    'voyage-4-large',
    'voyage-4',
    'voyage-3.5',
    'voyage-3.5-lite',
    'voyage-3-large',
    'voyage-code-3',
    'voyage-law-2',
    'rerank-2.5',
    'rerank-2.5-lite',
  ],
  routes: {
    '/v1/embeddings': { shape: embedShape, answer: (body, { model }) => embed(body, model) },
    '/v1/rerank': { shape: rerankShape, answer: (body, { model }) => rerank(body, model) },
  },
  headers: (seed) => ({ 'x-request-id': hexOf(seed, 32), server: 'cloudflare' }),
  word,
};

function embed(body: JsonObject, model: string): JsonObject | VectorRefusal {
  const inputs = readInputs(body.input);
  if (inputs.length === 0 || inputs.includes(''))
    return refuse('Input cannot contain empty strings or empty lists');
  if (inputs.length > mostInputs) {
    return refuse(`The batch size limit is ${mostInputs}. Your batch size is ${inputs.length}.`);
  }
  const isFlexible = !model.endsWith('-2');
  const size = readNumber(body.output_dimension);
  const type = isNumberType(body.output_dtype) ? body.output_dtype : 'float';
  if (size !== undefined && (!isFlexible || !sizes.includes(size))) {
    const accepted = isFlexible ? sizes.join(', ') : '1024';
    return refuse(
      `Value '${size}' supplied for argument 'output_dimension' is not valid -- accepted values for model ${model} are ${accepted}.`,
    );
  }
  if (type !== 'float' && !isFlexible) {
    return refuse(
      `Value '${type}' supplied for argument 'output_dtype' is not valid -- accepted values for model ${model} are 'float'.`,
    );
  }
  return {
    object: 'list',
    data: inputs.map((input, index) => {
      const numbers = storeVector(makeVector(input, size ?? 1024), type);
      const embedding = body.encoding_format === 'base64' ? toBase64(numbers) : [...numbers];
      return { object: 'embedding', embedding, index };
    }),
    model,
    usage: { total_tokens: inputs.reduce((sum, input) => sum + countTokens(input), 0) },
  };
}

function rerank(body: JsonObject, model: string): JsonObject | VectorRefusal {
  const documents = readList(body.documents).map(String);
  const query = readString(body.query) ?? '';
  if (query === '') return refuse('Query cannot be empty');
  if (documents.length === 0) return refuse('Documents cannot be an empty list');
  if (documents.length > mostInputs) return refuse(`The number of documents cannot exceed ${mostInputs}.`);
  const ranked = rankDocuments(query, documents).slice(0, readNumber(body.top_k));
  const tokens = documents.reduce((sum, document) => sum + countTokens(document) + countTokens(query), 0);
  return {
    object: 'list',
    data: ranked.map(({ index, text: document, score }) => ({
      relevance_score: score,
      index,
      ...(body.return_documents === true ? { document } : {}),
    })),
    model,
    usage: { total_tokens: tokens },
  };
}

/** https://docs.voyageai.com/docs/error-codes. */
function word(problem: VectorProblem): { readonly status: number; readonly body: JsonObject } {
  switch (problem.type) {
    case 'key-missing':
      return say(401, 'No API key provided. You can obtain an API key from https://dash.voyageai.com.');
    case 'key-wrong':
      return say(401, 'Provided API key is invalid.');
    case 'url-unknown':
      return say(404, 'Not Found');
    case 'json-invalid':
      return say(400, 'The request body is not valid JSON, or some arguments were not specified properly.');
    case 'model-missing':
      return say(400, "Argument 'model' is required.");
    case 'model-unknown':
      return say(
        400,
        `Model ${problem.model} is not supported. Supported models are [${problem.known.map((name) => `'${name}'`).join(', ')}].`,
      );
    case 'misfit':
      return say(400, wordMisfit(problem.misfit));
    case 'refused':
      return say(400, problem.message);
    default:
      return say(problem.status, wordStatus(problem.status));
  }
}

function wordMisfit({ path, problem, value }: ShapeProblem): string {
  const name = path.map(nameStep).join('.');
  switch (problem.type) {
    case 'missing':
      return `Argument '${name}' is required.`;
    case 'unknown-field':
      return `Argument '${name}' is not supported by our API.`;
    case 'not-one-of':
      return `Value '${String(value)}' supplied for argument '${name}' is not valid -- accepted values are ${problem.expected.map((one) => `'${one}'`).join(', ')}.`;
    default:
      return `Value '${String(value)}' supplied for argument '${name}' is not valid.`;
  }
}

function say(status: number, detail: string): { readonly status: number; readonly body: JsonObject } {
  return { status, body: { detail } };
}

function wordStatus(status: number): string {
  switch (status) {
    case 401:
      return 'Provided API key is invalid.';
    case 429:
      return 'You have exceeded your rate limit: the request frequency or token usage is too high. Please check https://docs.voyageai.com/docs/rate-limits.';
    case 503:
      return 'The servers are currently overloaded. Please try again later.';
    default:
      return status >= 500 ? 'An unexpected error occurred on the server.' : 'The request is not valid.';
  }
}
