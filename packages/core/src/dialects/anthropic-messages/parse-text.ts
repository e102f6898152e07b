import type { TextBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { parseCache } from './convert-cache.ts';
import { parseCitation } from './convert-citation.ts';
import { defined, extraOf, isList, isObject, restOf, stringOf } from './read.ts';

export function parseText(wire: JsonObject): TextBlock {
  const { cache, isKnown } = parseCache(wire['cache_control']);
  const known = ['type', 'text'];
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
