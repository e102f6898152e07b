import type { Citation } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { keep, ownExtra } from './own-extra.ts';
import { asName, asNumber, asText, compact, omit, optional } from './read.ts';

/** An annotation; all kinds but the citation of an address are kept whole, the vocabulary has half a word for them. */
export function parseAnnotation(annotation: JsonObject): Citation {
  const place = {
    ...optional('start', asNumber(annotation['start_index'])),
    ...optional('end', asNumber(annotation['end_index'])),
  };
  if (annotation['type'] !== 'url_citation') {
    return { ...optional('title', asName(annotation['filename'])), ...place, ...keep(annotation) };
  }
  return {
    ...optional('url', asText(annotation['url'])),
    ...optional('title', asText(annotation['title'])),
    ...place,
    ...keep(omit(annotation, ['type', 'url', 'title', 'start_index', 'end_index'])),
  };
}

/** The nearest annotation; undefined where there is neither an address nor a title to cite. */
export function renderCitation(citation: Citation, text: string): JsonObject | undefined {
  const own = ownExtra(citation.extra);
  if (own['type'] !== undefined) return own;
  if (citation.url !== undefined) {
    return compact({
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
