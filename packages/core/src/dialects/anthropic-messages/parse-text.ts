import type { TextBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, isList, isObject, restOf, stringOf } from '../shared/read.ts';
import { parseCache } from './convert-cache.ts';
import { parseCitation } from './convert-citation.ts';
import { extraOf } from './own-extra.ts';

const plain = ['type', 'text'];

export function parseText(wire: JsonObject): TextBlock {
  // What nearly every block is.
  if (Object.keys(wire).every((name) => plain.includes(name)))
    return { type: 'text', text: stringOf(wire['text']) ?? '' };
  const { cache, isKnown } = parseCache(wire['cache_control']);
  const known = [...plain];
  if (isKnown) known.push('cache_control');
  const { citations } = wire;
  if (isList(citations)) known.push('citations');
  const cited = isList(citations) ? citations.filter(isObject).map(parseCitation) : [];
  return {
    type: 'text',
    text: stringOf(wire['text']) ?? '',
    ...(cited.length === 0 ? {} : { citations: cited }),
    ...defined({ cache }),
    ...extraOf(restOf(wire, known)),
  };
}
