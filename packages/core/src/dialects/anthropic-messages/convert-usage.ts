import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { countOf, defined, isEmpty, isObject, listOf, objectOf, present, restOf } from '../shared/read.ts';
import { extraOf, ownOf } from './own-extra.ts';

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
  const rounds = ownRounds(wire['iterations']);
  const count = (name: string): number | undefined => sumOf(rounds, name) ?? countOf(wire[name]);
  const cacheRead = count('cache_read_input_tokens');
  const cacheWrite = count('cache_creation_input_tokens');
  const cacheWriteHour =
    sumOf(rounds.map(keptIn), 'ephemeral_1h_input_tokens') ??
    countOf(keptIn(wire)['ephemeral_1h_input_tokens']);
  const searches = countOf(objectOf(wire['server_tool_use'])?.['web_search_requests']);
  const details = objectOf(wire['output_tokens_details']);
  const reasoning = countOf(details?.['thinking_tokens']);
  const rest = restOf(wire, [...known, 'output_tokens_details']);
  const otherDetails = details && restOf(details, reasoning === undefined ? [] : ['thinking_tokens']);
  return {
    input: (count('input_tokens') ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: count('output_tokens') ?? 0,
    ...defined({ cacheRead, cacheWrite, reasoning }),
    // Said again in what is kept of it.
    ...defined({ cacheWriteHour: some(cacheWriteHour), searches: some(searches) }),
    ...extraOf(otherDetails === undefined ? rest : { ...rest, output_tokens_details: otherDetails }),
  };
}

/** What was written to the cache, by how long it is kept. */
function keptIn(usage: JsonObject): JsonObject {
  return objectOf(usage['cache_creation']) ?? {};
}

function some(count: number | undefined): number | undefined {
  return count === 0 ? undefined : count;
}

/**
 * The rounds that the model itself went, its summary of a long conversation among them: that one is billed, and left out of
 * the totals. Advice of another model is not the answer's; where another model took over, the totals are what counts.
 */
function ownRounds(iterations: Json | undefined): readonly JsonObject[] {
  const rounds = listOf(iterations).filter(isObject);
  if (rounds.some(({ type }) => type === 'fallback_message')) return [];
  return rounds.filter(({ type }) => type === 'compaction' || type === 'message');
}

function sumOf(rounds: readonly JsonObject[], name: string): number | undefined {
  const counts = present(rounds.map((round) => countOf(round[name])));
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
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
    ...(isEmpty(details) ? {} : { output_tokens_details: details }),
    ...own,
  };
}
