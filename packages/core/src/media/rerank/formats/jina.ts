import { defined, wordOf } from '../../../dialects/shared/read.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import type { RerankRequest, RerankResult } from '../../../protocol/rerank.ts';
import { needList, readObject } from '../../shared/read-json.ts';
import { readRanked, untoldOf, usageIn } from '../rank.ts';

/**
 * Jina's `/v1/rerank` (https://api.jina.ai/redoc#tag/rerank), which vLLM, SiliconFlow, Together and most self-hosted servers
 * have taken over.
 */
export const jinaRerank: MediaFormat<RerankRequest, RerankResult> = { renderRequest, parseAnswer };

function renderRequest(request: RerankRequest, model: string): RenderedMedia {
  const { query, documents, topN, extra } = request;
  // Else it sends all the texts back, which are here already.
  const json = defined({ ...extra, model, query, documents, top_n: topN, return_documents: false });
  return { json, dropped: untoldOf(request, Object.keys(extra ?? {})) };
}

function parseAnswer(answer: MediaAnswer, request: RerankRequest): RerankResult {
  const body = readObject(answer);
  return defined({
    id: wordOf(body['id']),
    model: wordOf(body['model']),
    ranked: readRanked(needList(body['results'], 'results'), request, 'relevance_score'),
    usage: usageIn(body),
  });
}
