import type { Citation } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { namesSource } from '../shared/names-source.ts';
import { listOf, objectOf, optional, stringOf } from '../shared/read.ts';
import { ownOf } from './own-extra.ts';

/** Where it stands in the source (`location`) has no word in the vocabulary: kept as it came. */
export function parseCitation(citation: JsonObject): Citation {
  const location = objectOf(citation['location']);
  const quotes = listOf(citation['sourceContent']).flatMap((item) => {
    const text = stringOf(objectOf(item)?.['text']);
    return text === undefined ? [] : [text];
  });
  return {
    ...optional('url', stringOf(objectOf(location?.['web'])?.['url'])),
    ...optional('title', stringOf(citation['title'])),
    ...optional('citedText', quotes.length === 0 ? undefined : quotes.join('\n')),
    extra: {
      bedrock: {
        ...optional('location', location),
        ...optional('source', stringOf(citation['source'])),
        ...optional('sourceContent', quotes.length > 1 ? quotes.map((text) => ({ text })) : undefined),
      },
    },
  };
}

/** Whether there is something in it that an answer can tell. */
export function isToldCitation(citation: Citation): boolean {
  return citation.extra?.bedrock !== undefined || namesSource(citation);
}

export function renderCitation({ url, title, citedText, extra }: Citation): JsonObject {
  return {
    ...optional('title', title),
    ...optional('sourceContent', citedText === undefined ? undefined : [{ text: citedText }]),
    ...optional('location', url === undefined ? undefined : { web: { url } }),
    ...ownOf(extra),
  };
}
