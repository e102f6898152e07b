import { defined, invalid, isObject, restOf } from '../../dialects/shared/read.ts';
import { need, wantBoolean, wantCount, wantList, wantName } from '../../dialects/shared/want.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { MediaBody, MediaContext, MediaFamily, RenderedAnswer } from '../../protocol/media.ts';
import type { RerankRequest, RerankResult } from '../../protocol/rerank.ts';
import { jsonOf } from '../shared/read-json.ts';

/**
 * `/v1/rerank`, as Cohere and Jina have it: https://docs.cohere.com/reference/rerank, https://api.jina.ai/redoc#tag/rerank. The
 * answer is one that clients of either read.
 */
export const rerankFamily: MediaFamily<RerankRequest, RerankResult> = {
  parseRequest,
  renderAnswer,
  usageOf: ({ usage }) => usage,
};

const known = ['model', 'query', 'documents', 'top_n', 'return_documents', 'max_tokens_per_doc'];

function parseRequest(wire: MediaBody): RerankRequest {
  const body = jsonOf(wire);
  const documents = need(wantList(body['documents'], 'documents'), 'documents');
  if (documents.length === 0) throw invalid('documents', 'it is empty; give at least one');
  const topN = wantCount(body['top_n'], 'top_n');
  if (topN === 0) throw invalid('top_n', 'it must be at least 1');
  return defined({
    model: need(wantName(body['model'], 'model'), 'model'),
    query: need(wantName(body['query'], 'query'), 'query'),
    documents: documents.map(parseDocument),
    topN,
    returnsDocuments: wantBoolean(body['return_documents'], 'return_documents') === true,
    maxTokensPerDocument: wantCount(body['max_tokens_per_doc'], 'max_tokens_per_doc'),
    extra: restOf(body, known),
  });
}

function parseDocument(document: Json, index: number): string {
  const text = isObject(document) ? document['text'] : document;
  if (typeof text === 'string') return text;
  throw invalid(`documents[${index}]`, "it must be a string, or an object with a 'text'");
}

function renderAnswer(
  { id, model, ranked, usage }: RerankResult,
  { documents, returnsDocuments, topN }: RerankRequest,
  context: MediaContext,
): RenderedAnswer {
  const results = ranked.slice(0, topN).map(({ index, score }) => ({
    index,
    relevance_score: score,
    ...(returnsDocuments ? { document: { text: documents[index] ?? '' } } : {}),
  }));
  const answer: JsonObject = defined({
    id,
    object: 'list',
    model: model ?? context.model,
    results,
    usage: usage === undefined ? undefined : { total_tokens: usage.inputTokens + usage.outputTokens },
    meta: metaOf(usage),
  });
  return { type: 'application/json', body: Buffer.from(JSON.stringify(answer)) };
}

/** Where Cohere's clients look for what was used. */
function metaOf(usage: RerankResult['usage']): JsonObject | undefined {
  if (usage === undefined) return undefined;
  const { inputTokens, media } = usage;
  const billed = defined({ search_units: media?.searches, input_tokens: inputTokens || undefined });
  return { api_version: { version: '2' }, billed_units: billed };
}
