import type { Usage } from '../../protocol/usage.ts';
import { toUsage } from '../shared/to-usage.ts';
import { countTokens } from './count-tokens.ts';

/** What the gateway counts of a `usage` object. */
export function convertUsage(raw: unknown): Usage | undefined {
  const counts = countTokens(raw);
  return counts && toUsage(counts);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
