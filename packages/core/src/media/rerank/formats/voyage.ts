import { defined, pick, wordOf } from '../../../dialects/shared/read.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import type { RerankRequest, RerankResult } from '../../../protocol/rerank.ts';
import { needList, readObject } from '../../shared/read-json.ts';
import { checkCount } from '../../shared/refuse.ts';
import { readRanked, untoldOf, usageIn } from '../rank.ts';

/** Voyage's `/v1/rerank`: `voyageai`, `RerankRequest.d.ts`. */
export const voyageRerank: MediaFormat<RerankRequest, RerankResult> = { renderRequest, parseAnswer };

/** https://docs.voyageai.com/reference/reranker-api */
const mostDocuments = 1000;
const passed = ['truncation'];

function renderRequest(request: RerankRequest, model: string): RenderedMedia {
  const { query, documents, topN, extra } = request;
  checkCount('documents', documents.length, mostDocuments);
  const json = defined({ ...pick(extra ?? {}, passed), model, query, documents, top_k: topN });
  return { json, dropped: untoldOf(request, passed) };
}

function parseAnswer(answer: MediaAnswer, request: RerankRequest): RerankResult {
  const body = readObject(answer);
  return defined({
    model: wordOf(body['model']),
    ranked: readRanked(needList(body['data'], 'data'), request, 'relevance_score'),
    usage: usageIn(body),
  });
}
