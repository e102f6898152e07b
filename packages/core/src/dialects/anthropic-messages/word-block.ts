import type { TextBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, isObject, listOf, stringOf } from '../shared/read.ts';
import { parseCache } from './convert-cache.ts';
import { extraOf } from './own-extra.ts';

/** A block that only Anthropic knows, in words that any model can read; to Anthropic it goes back as what it was. */
export function wordBlock(wire: JsonObject): TextBlock {
  const text = wire['type'] === 'search_result' ? wordSearchResult(wire) : JSON.stringify(wire);
  const { cache } = parseCache(wire['cache_control']);
  const own = defined({ block: wire, citations: wire['citations'] });
  return { type: 'text', text, ...defined({ cache }), ...extraOf(own) };
}

function wordSearchResult({ title, source, content }: JsonObject): string {
  const head = [stringOf(title), stringOf(source)].filter((line) => line !== undefined).join('\n');
  return [head, ...listOf(content).map(textOf)].join('\n\n');
}

/** The text of a document that is given in pieces; undefined where not all of them are text. */
export function joinPieces(content: JsonObject[string]): string | undefined {
  if (typeof content === 'string') return content;
  const pieces = listOf(content);
  return pieces.length > 0 && pieces.every((piece) => isObject(piece) && piece['type'] === 'text')
    ? pieces.map(textOf).join('\n\n')
    : undefined;
}

function textOf(piece: JsonObject[string]): string {
  return isObject(piece) ? (stringOf(piece['text']) ?? '') : '';
}
