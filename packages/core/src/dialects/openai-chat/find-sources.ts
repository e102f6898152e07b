import type { AssistantBlock, Citation } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, isObject, listOf, wordOf } from '../shared/read.ts';

/**
 * What a search of the provider's own found, named beside the choices: Perplexity's `search_results`, or (xAI's as well)
 * `citations`, a list of URLs. https://docs.perplexity.ai/api-reference/chat-completions-post
 */
export function findSources(body: JsonObject): readonly Citation[] {
  const results = listOf(body['search_results'])
    .filter((result) => isObject(result))
    .map(({ url, title, snippet }) =>
      defined({ url: wordOf(url), title: wordOf(title), citedText: wordOf(snippet) }),
    )
    .filter(({ url }) => url !== undefined);
  if (results.length > 0) return results;
  return listOf(body['citations']).flatMap((url) => (typeof url === 'string' && url !== '' ? [{ url }] : []));
}

/** They stand behind the whole of the last text, where the answer does not say better. */
export function citeSources(
  content: readonly AssistantBlock[],
  sources: readonly Citation[],
): readonly AssistantBlock[] {
  const isCited = content.some((block) => block.type === 'text' && block.citations !== undefined);
  if (isCited || sources.length === 0) return content;
  const last = content.findLastIndex((block) => block.type === 'text');
  return content.map((block, index) =>
    index === last && block.type === 'text' ? { ...block, citations: sources } : block,
  );
}
