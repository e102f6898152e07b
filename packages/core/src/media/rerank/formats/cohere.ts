import { defined, fieldsOf, pick, wordOf } from '../../../dialects/shared/read.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import type { RerankRequest, RerankResult } from '../../../protocol/rerank.ts';
import { needList, readObject } from '../../shared/read-json.ts';
import { readRanked, untoldOf, usageFrom } from '../rank.ts';

/** Cohere's `/v2/rerank`: `cohere-ai`, `V2RerankRequest.d.ts`. It has no way to give the texts back. */
export const cohereRerank: MediaFormat<RerankRequest, RerankResult> = { renderRequest, parseAnswer };

const passed = ['priority'];

function renderRequest(request: RerankRequest, model: string): RenderedMedia {
  const { query, documents, topN, maxTokensPerDocument, extra } = request;
  const json = defined({
    ...pick(extra ?? {}, passed),
    model,
    query,
    documents,
    top_n: topN,
    max_tokens_per_doc: maxTokensPerDocument,
  });
  return { json, dropped: untoldOf(request, ['max_tokens_per_doc', ...passed]) };
}

function parseAnswer(answer: MediaAnswer, request: RerankRequest): RerankResult {
  const body = readObject(answer);
  const { billed_units, tokens } = fieldsOf(body['meta']);
  const { search_units, input_tokens } = fieldsOf(billed_units);
  return defined({
    id: wordOf(body['id']),
    ranked: readRanked(needList(body['results'], 'results'), request, 'relevance_score'),
    usage: usageFrom(input_tokens ?? fieldsOf(tokens)['input_tokens'], search_units),
  });
}
