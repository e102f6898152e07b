import type { Citation } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, numberOf, optional, restOf, stringOf, wordOf } from '../shared/read.ts';
import { extraOf, ownOf } from './own-extra.ts';

/** An annotation; all kinds but the citation of an address are kept whole, the vocabulary has half a word for them. */
export function parseAnnotation(annotation: JsonObject): Citation {
  const place = {
    ...optional('start', numberOf(annotation['start_index'])),
    ...optional('end', numberOf(annotation['end_index'])),
  };
  if (annotation['type'] !== 'url_citation') {
    return { ...optional('title', wordOf(annotation['filename'])), ...place, ...extraOf(annotation) };
  }
  return {
    ...optional('url', stringOf(annotation['url'])),
    ...optional('title', stringOf(annotation['title'])),
    ...place,
    ...extraOf(restOf(annotation, ['type', 'url', 'title', 'start_index', 'end_index'])),
  };
}

/** The nearest annotation; undefined where there is neither an address nor a title to cite. */
export function renderCitation(citation: Citation, text: string): JsonObject | undefined {
  const own = ownOf(citation.extra);
  if (own['type'] !== undefined) return own;
  if (citation.url !== undefined) {
    return defined({
      type: 'url_citation',
      url: citation.url,
      title: citation.title ?? '',
      start_index: citation.start ?? 0,
      end_index: citation.end ?? text.length,
      ...own,
    });
  }
  if (citation.title === undefined) return undefined;
  return {
    type: 'file_citation',
    file_id: '',
    filename: citation.title,
    index: citation.end ?? text.length,
  };
}
