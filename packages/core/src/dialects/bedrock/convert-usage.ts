import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { countOf, isObject, isSameJson, listOf, objectOf, optional, restOf } from '../shared/read.ts';
import { extraOf, ownOf } from './own-extra.ts';

const known = [
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
  // Older spellings of the two above, still sent beside them.
  'cacheReadInputTokenCount',
  'cacheWriteInputTokenCount',
];

/** Bedrock counts what came from and went to the cache apart from `inputTokens`; by our convention it is part of the input. */
export function parseUsage(usage: Json | undefined): ChatUsage | undefined {
  if (!isObject(usage)) return undefined;
  const cacheRead = countOf(usage['cacheReadInputTokens']) ?? countOf(usage['cacheReadInputTokenCount']);
  const cacheWrite = countOf(usage['cacheWriteInputTokens']) ?? countOf(usage['cacheWriteInputTokenCount']);
  const input = countOf(usage['inputTokens']);
  const output = countOf(usage['outputTokens']);
  if (input === undefined && output === undefined) return undefined;
  const extra = restOf(usage, [
    ...known,
    ...(isSameJson(usage['serverToolUsage'], {}) ? ['serverToolUsage'] : []),
  ]);
  return {
    input: (input ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: output ?? 0,
    ...optional('cacheRead', cacheRead),
    ...optional('cacheWrite', cacheWrite),
    ...optional('cacheWriteHour', keptForAnHour(usage['cacheDetails'])),
    ...extraOf(extra),
  };
}

/** `CacheDetail` in @aws-sdk/client-bedrock-runtime. */
function keptForAnHour(details: Json | undefined): number | undefined {
  const detail = listOf(details).find((one) => isObject(one) && one['ttl'] === '1h');
  return countOf(objectOf(detail)?.['inputTokens']) || undefined;
}

export function renderUsage({ input, output, cacheRead, cacheWrite, extra }: ChatUsage): JsonObject {
  return {
    ...ownOf(extra),
    inputTokens: Math.max(0, input - (cacheRead ?? 0) - (cacheWrite ?? 0)),
    outputTokens: output,
    totalTokens: input + output,
    ...optional('cacheReadInputTokens', cacheRead),
    ...optional('cacheWriteInputTokens', cacheWrite),
  };
}
