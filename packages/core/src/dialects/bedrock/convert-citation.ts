import type { Citation } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { given, listOf, objectOf, stringOf } from './read.ts';

/** Where it stands in the source (`location`) has no word in the vocabulary: kept as it came. */
export function parseCitation(citation: JsonObject): Citation {
  const location = objectOf(citation['location']);
  const quotes = listOf(citation['sourceContent']).flatMap((item) => {
    const text = stringOf(objectOf(item)?.['text']);
    return text === undefined ? [] : [text];
  });
  return {
    ...given('url', stringOf(objectOf(location?.['web'])?.['url'])),
    ...given('title', stringOf(citation['title'])),
    ...given('citedText', quotes.length === 0 ? undefined : quotes.join('\n')),
    extra: {
      bedrock: {
        ...given('location', location),
        ...given('source', stringOf(citation['source'])),
        ...given('sourceContent', quotes.length > 1 ? quotes.map((text) => ({ text })) : undefined),
      },
    },
  };
}

export function renderCitation({ url, title, citedText, extra }: Citation): JsonObject {
  return {
    ...given('title', title),
    ...given('sourceContent', citedText === undefined ? undefined : [{ text: citedText }]),
    ...given('location', url === undefined ? undefined : { web: { url } }),
    ...extra?.bedrock,
  };
}
