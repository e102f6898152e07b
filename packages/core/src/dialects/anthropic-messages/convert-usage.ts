import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { countOf, defined, extraOf, isObject, objectOf, ownOf, restOf } from './read.ts';

const known = [
  'input_tokens',
  'output_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'service_tier',
];

/** On the wire `input_tokens` is what was neither read from the cache nor written to it. */
export function parseUsage(wire: Json | undefined): ChatUsage | undefined {
  if (!isObject(wire)) return undefined;
  const cacheRead = countOf(wire['cache_read_input_tokens']);
  const cacheWrite = countOf(wire['cache_creation_input_tokens']);
  const details = objectOf(wire['output_tokens_details']);
  const reasoning = countOf(details?.['thinking_tokens']);
  const rest = restOf(wire, [...known, 'output_tokens_details']);
  const otherDetails = details && restOf(details, reasoning === undefined ? [] : ['thinking_tokens']);
  return {
    input: (countOf(wire['input_tokens']) ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: countOf(wire['output_tokens']) ?? 0,
    ...defined({ cacheRead, cacheWrite, reasoning }),
    ...extraOf(otherDetails === undefined ? rest : { ...rest, output_tokens_details: otherDetails }),
  };
}

/** A later event corrects an earlier one, field by field; null says nothing. */
export function mergeUsage(earlier: JsonObject, later: Json | undefined): JsonObject {
  return isObject(later) ? { ...earlier, ...restOf(later, []) } : earlier;
}

export function renderUsage(usage: ChatUsage | undefined): JsonObject {
  if (usage === undefined) return { input_tokens: 0, output_tokens: 0 };
  const { cacheRead, cacheWrite, reasoning } = usage;
  const { output_tokens_details: otherDetails, ...own } = ownOf(usage.extra);
  const details = { ...objectOf(otherDetails), ...defined({ thinking_tokens: reasoning }) };
  return {
    input_tokens: Math.max(0, usage.input - (cacheRead ?? 0) - (cacheWrite ?? 0)),
    cache_creation_input_tokens: cacheWrite ?? null,
    cache_read_input_tokens: cacheRead ?? null,
    output_tokens: usage.output,
    ...(Object.keys(details).length === 0 ? {} : { output_tokens_details: details }),
    ...own,
  };
}
