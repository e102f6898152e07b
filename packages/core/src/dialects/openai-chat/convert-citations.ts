import type { Citation } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { namesSource } from '../shared/names-source.ts';
import { defined, isEmpty, listOf, numberOf, objectOf, restOf, wordOf } from '../shared/read.ts';
import { extraOf, ownOf } from './own-extra.ts';

/** An entry of a message's `annotations`. */
function parseCitation(value: Json): Citation | undefined {
  const annotation = objectOf(value);
  if (annotation === undefined) return undefined;
  const inner = objectOf(annotation['url_citation']);
  // Another kind (a file's): as it came.
  if (inner === undefined) return extraOf(annotation);
  return defined({
    url: wordOf(inner['url']),
    title: wordOf(inner['title']),
    citedText: wordOf(inner['content']),
    start: numberOf(inner['start_index']),
    end: numberOf(inner['end_index']),
    ...extraOf(
      defined({
        ...restOf(annotation, ['type', 'url_citation']),
        url_citation: restOf(inner, ['url', 'title', 'content', 'start_index', 'end_index']),
      }),
    ),
  });
}

export function parseCitations(annotations: unknown): readonly Citation[] {
  return listOf(annotations)
    .map(parseCitation)
    .filter((citation) => citation !== undefined);
}

/** Where the block that is cited for stands in the whole text. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Whether there is something in it that an answer can tell. */
export function isToldCitation(citation: Citation): boolean {
  return !isEmpty(ownOf(citation.extra)) || namesSource(citation);
}

/** OpenAI's have all four fields: what a vendor does not tell is the whole block, and an empty URL. */
export function renderCitation(citation: Citation, range: Range): JsonObject {
  const own = ownOf(citation.extra);
  if (own['type'] !== undefined) return own;
  const { url_citation, ...rest } = own;
  return {
    type: 'url_citation',
    url_citation: defined({
      url: citation.url ?? '',
      title: citation.title ?? '',
      content: citation.citedText,
      start_index: range.start + (citation.start ?? 0),
      end_index: citation.end === undefined ? range.end : range.start + citation.end,
      ...objectOf(url_citation),
    }),
    ...rest,
  };
}
