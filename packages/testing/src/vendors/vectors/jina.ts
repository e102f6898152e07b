import { countTokens } from '../../replies/count-tokens.ts';
import { nameStep, type ShapeProblem } from '../../wire/check-shape.ts';
import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import { either, flag, list, map, oneOf, record, text, wholeFrom } from '../../wire/shape.ts';
import { isNumberType, makeVector, storeVector, toBase64 } from '../media/make-vector.ts';
import { rankDocuments, readDocument } from '../media/rank-documents.ts';
import { refuse, type VectorFacts, type VectorProblem, type VectorRefusal } from './vector-vendor.ts';

const embeddingType = oneOf('float', 'base64', 'binary', 'ubinary');

/** After https://api.jina.ai/redoc. */
const embedShape = record({
  'model!': text,
  'input!': either(list(either(text, map)), text),
  task: oneOf(
    'retrieval.query',
    'retrieval.passage',
    'text-matching',
    'classification',
    'separation',
    'code.query',
    'code.passage',
  ),
  dimensions: wholeFrom(1),
  embedding_type: either(embeddingType, list(embeddingType)),
  encoding_format: embeddingType,
  normalized: flag,
  late_chunking: flag,
  truncate: flag,
  user: text,
});
const rerankShape = record({
  'model!': text,
  'query!': either(text, map),
  'documents!': list(either(text, map)),
  top_n: wholeFrom(1),
  return_documents: flag,
  truncation: flag,
  max_doc_length: wholeFrom(1),
});

/** Jina: its form of ranking is what others have taken over. */
export const jina: VectorFacts = {
  basePath: '/v1',
  models: [
    'jina-embeddings-v5-text-small',
    'jina-embeddings-v4',
    'jina-embeddings-v3',
    'jina-reranker-v3',
    'jina-reranker-v2-base-multilingual',
  ],
  routes: {
    '/v1/embeddings': { shape: embedShape, answer: (body, { model }) => embed(body, model) },
    '/v1/rerank': { shape: rerankShape, answer: (body, { model }) => rerank(body, model) },
  },
  headers: () => ({ server: 'cloudflare', 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '499' }),
  word,
};

function embed(body: JsonObject, model: string): JsonObject | VectorRefusal {
  const given = typeof body.input === 'string' ? [body.input] : readList(body.input);
  const inputs = given.map((input) => (isJsonObject(input) ? JSON.stringify(input) : String(input)));
  if (inputs.length === 0 || inputs.includes('')) return refuse('Input must not be empty');
  const wanted = body.embedding_type ?? body.encoding_format;
  const types = Array.isArray(wanted) ? wanted : [wanted ?? 'float'];
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  return {
    model,
    object: 'list',
    usage: { total_tokens: tokens, prompt_tokens: tokens },
    data: inputs.map((input, index) => {
      const vector = makeVector(input, readNumber(body.dimensions) ?? 1024);
      const kinds = types.map((type) => [String(type), encode(vector, type)] as const);
      const [first] = kinds;
      const embedding = kinds.length === 1 ? first?.[1] : Object.fromEntries(kinds);
      return { object: 'embedding', index, embedding };
    }),
  };
}

function encode(vector: Float32Array, type: unknown): string | number[] {
  return type === 'base64' ? toBase64(vector) : [...storeVector(vector, isNumberType(type) ? type : 'float')];
}

function rerank(body: JsonObject, model: string): JsonObject | VectorRefusal {
  const documents = readList(body.documents).map(readDocument);
  const query = readDocument(body.query);
  if (query === '') return refuse('Query must not be empty');
  if (documents.length === 0) return refuse('Documents must not be empty');
  const ranked = rankDocuments(query, documents).slice(0, readNumber(body.top_n));
  const tokens = documents.reduce((sum, document) => sum + countTokens(document) + countTokens(query), 0);
  return {
    model,
    object: 'list',
    usage: { total_tokens: tokens, prompt_tokens: tokens },
    results: ranked.map(({ index, text: document, score }) => ({
      index,
      relevance_score: score,
      ...(body.return_documents === false ? {} : { document: { text: document } }),
    })),
  };
}

function word(problem: VectorProblem): { readonly status: number; readonly body: JsonObject } {
  switch (problem.type) {
    case 'key-missing':
      return say(403, 'Not authenticated');
    case 'key-wrong':
      return say(401, 'Invalid API key, please check your API key and try again.');
    case 'url-unknown':
      return say(404, 'Not Found');
    case 'json-invalid':
      return say(422, [{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error' }]);
    case 'model-missing':
      return say(422, [{ type: 'missing', loc: ['body', 'model'], msg: 'Field required' }]);
    case 'model-unknown':
      return say(
        422,
        `Model ${problem.model} is not available. Available models: ${problem.known.join(', ')}`,
      );
    case 'misfit':
      return say(422, [wordMisfit(problem.misfit)]);
    case 'refused':
      return say(422, problem.message);
    default:
      return say(problem.status, wordStatus(problem.status));
  }
}

/** As the framework behind it words it. */
function wordMisfit({ path, problem, value }: ShapeProblem): JsonObject {
  const loc = ['body', ...path.map((step) => (typeof step === 'number' ? step : nameStep(step)))];
  switch (problem.type) {
    case 'missing':
      return { type: 'missing', loc, msg: 'Field required' };
    case 'unknown-field':
      return { type: 'extra_forbidden', loc, msg: 'Extra inputs are not permitted', input: value };
    case 'not-one-of': {
      const words = problem.expected.map((one) => `'${one}'`);
      const expected = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
      return { type: 'literal_error', loc, msg: `Input should be ${expected}`, input: value };
    }
    case 'too-small':
      return {
        type: 'greater_than_equal',
        loc,
        msg: `Input should be greater than or equal to ${problem.limit}`,
        input: value,
      };
    default:
      return { type: 'value_error', loc, msg: 'Input is not valid', input: readString(value) ?? null };
  }
}

function say(status: number, detail: unknown): { readonly status: number; readonly body: JsonObject } {
  return { status, body: { detail } };
}

function wordStatus(status: number): string {
  switch (status) {
    case 401:
      return 'Invalid API key, please check your API key and try again.';
    case 402:
      return 'Insufficient balance. Please top up your account.';
    case 429:
      return 'Rate limit exceeded';
    default:
      return status >= 500 ? 'Internal Server Error' : 'Bad Request';
  }
}
