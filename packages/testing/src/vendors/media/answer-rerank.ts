import { countTokens } from '../../replies/count-tokens.ts';
import { jsonAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import { either, flag, list, map, openRecord, text, wholeFrom } from '../../wire/shape.ts';
import { complain, wordProblem } from '../responses/word-problem.ts';
import type { MediaHandler } from './media-question.ts';
import { type RankedDocument, rankDocuments, readDocument } from './rank-documents.ts';

const shape = openRecord({
  'model!': text,
  'query!': text,
  'documents!': list(either(text, map)),
  top_n: wholeFrom(1),
  return_documents: flag,
});

/** How a server tells the order of documents. All of them take the same request, which Jina's has become the form of. */
export interface RerankHabits {
  /** Documents come back unless they are not wanted. */
  readonly returnsDocuments: boolean;
  /** Beside `results`. */
  frame(facts: { readonly seed: string; readonly model: string; readonly tokens: number }): JsonObject;
  /** A document as it comes back. */
  document(document: string): unknown;
}

function createRerank(habits: RerankHabits): MediaHandler {
  return ({ body, model, seed }) => {
    const problem = checkShape(body, shape);
    if (problem !== undefined) return wordProblem(problem);
    const documents = readList(body.documents).map(readDocument);
    if (documents.length === 0)
      return complain("Invalid 'documents': empty array.", 'documents', 'empty_array');
    const query = readString(body.query) ?? '';
    const returns = body.return_documents ?? habits.returnsDocuments;
    const results = rankDocuments(query, documents).slice(0, readNumber(body.top_n));
    const tokens = documents.reduce((sum, document) => sum + countTokens(document) + countTokens(query), 0);
    const render = ({ index, text: document, score }: RankedDocument): JsonObject => ({
      index,
      relevance_score: score,
      ...(returns === true ? { document: habits.document(document) } : {}),
    });
    return jsonAnswer(200, { ...habits.frame({ seed, model, tokens }), results: results.map(render) });
  };
}

/** vLLM: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#re-rank-api. */
export const answerVllmRerank: MediaHandler = createRerank({
  returnsDocuments: true,
  frame: ({ seed, model, tokens }) => ({
    id: `rerank-${hexOf(seed, 32)}`,
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }),
  document: (document) => ({ text: document, multi_modal: null }),
});

/** Together: https://docs.together.ai/reference/rerank. */
export const answerTogetherRerank: MediaHandler = createRerank({
  returnsDocuments: false,
  frame: ({ seed, model, tokens }) => ({
    object: 'rerank',
    id: hexOf(seed, 16),
    model,
    usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens },
  }),
  document: (document) => ({ text: document }),
});

/** SiliconFlow: https://docs.siliconflow.com/en/api-reference/rerank/create-rerank. */
export const answerSiliconFlowRerank: MediaHandler = createRerank({
  returnsDocuments: false,
  frame: ({ seed, tokens }) => ({
    id: hexOf(seed, 32),
    meta: {
      tokens: { input_tokens: tokens, output_tokens: 0 },
      billed_units: { input_tokens: tokens, output_tokens: 0 },
    },
  }),
  document: (document) => ({ text: document }),
});
