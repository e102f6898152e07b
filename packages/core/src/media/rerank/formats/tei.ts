import { isList, parseJson, pick, protocolError } from '../../../dialects/shared/read.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import type { RerankRequest, RerankResult } from '../../../protocol/rerank.ts';
import { readRanked, untoldOf } from '../rank.ts';

/** Hugging Face's Text Embeddings Inference, `/rerank`, which serves one model: https://huggingface.github.io/text-embeddings-inference/. */
export const teiRerank: MediaFormat<RerankRequest, RerankResult> = { renderRequest, parseAnswer };

const passed = ['raw_scores', 'truncate', 'truncation_direction'];

function renderRequest(request: RerankRequest): RenderedMedia {
  const { query, documents, extra } = request;
  const json = { ...pick(extra ?? {}, passed), query, texts: documents };
  return { json, dropped: untoldOf(request, passed) };
}

function parseAnswer({ body }: MediaAnswer, request: RerankRequest): RerankResult {
  const list = parseJson(body.toString('utf8'));
  if (!isList(list)) throw protocolError('the answer is not a list');
  return { ranked: readRanked(list, request, 'score') };
}
