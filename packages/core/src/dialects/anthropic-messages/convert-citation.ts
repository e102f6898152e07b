import type { Citation } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { namesSource } from '../shared/names-source.ts';
import { defined, entryOf, restOf, stringOf, wordOf } from '../shared/read.ts';
import { extraOf, ownOf } from './own-extra.ts';

/** Where each kind has its title. Characters and pages are those of the source, not of the answer: they stay in `extra`. */
const titles: Readonly<Record<string, string>> = {
  char_location: 'document_title',
  page_location: 'document_title',
  content_block_location: 'document_title',
  web_search_result_location: 'title',
  search_result_location: 'title',
};

export function parseCitation(wire: JsonObject): Citation {
  const type = stringOf(wire['type']) ?? '';
  const titleField = entryOf(titles, type);
  const source = type === 'search_result_location' ? stringOf(wire['source']) : undefined;
  const isAddress = source !== undefined && /^https?:/i.test(source);
  const url = isAddress ? source : titleField === undefined ? undefined : stringOf(wire['url']);
  const known = ['cited_text'];
  if (titleField !== undefined) known.push(titleField, 'url');
  if (isAddress) known.push('source');
  // Made by `renderCitation` for an answer that was not Anthropic's: there is nothing in it to give back.
  if (type === 'web_search_result_location' && wordOf(wire['encrypted_index']) === undefined)
    known.push('type', 'encrypted_index');
  return {
    ...defined({
      url,
      title: titleField === undefined ? undefined : stringOf(wire[titleField]),
      citedText: stringOf(wire['cited_text']),
    }),
    ...extraOf(restOf(wire, known)),
  };
}

/** Only what came from Anthropic can be sent to it again: its indexes are checked. */
export function isOwnCitation(citation: Citation): boolean {
  return wordOf(ownOf(citation.extra)['type']) !== undefined;
}

/** Whether there is something in it that an answer can tell. */
export function isToldCitation(citation: Citation): boolean {
  return isOwnCitation(citation) || namesSource(citation);
}

export function renderCitation(citation: Citation): JsonObject {
  const own = ownOf(citation.extra);
  const { url, title, citedText } = citation;
  const type = wordOf(own['type']) ?? (url === undefined ? 'char_location' : 'web_search_result_location');
  const titleField = entryOf(titles, type);
  return {
    type,
    ...defined({ cited_text: citedText }),
    ...(titleField === undefined ? {} : { [titleField]: title ?? null }),
    ...addressOf(type, url),
    ...(isOwnCitation(citation) ? {} : entryOf(placeholders, type)),
    ...own,
  };
}

function addressOf(type: string, url: string | undefined): JsonObject {
  if (url === undefined) return {};
  return type === 'search_result_location' ? { source: url } : { url };
}

/** What readers of the kind rely on, for citations of other vendors. */
const placeholders: Readonly<Record<string, JsonObject>> = {
  web_search_result_location: { encrypted_index: '' },
  char_location: { document_index: 0, start_char_index: 0, end_char_index: 0 },
};
