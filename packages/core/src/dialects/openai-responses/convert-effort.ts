import type { Reasoning } from '../../protocol/chat-request.ts';
import type { Effort } from '../shared/effort.ts';

/**
 * This API takes an effort only. A budget becomes one so:
 *
 * | tokens         | effort              |
 * |----------------|---------------------|
 * | 0              | none                |
 * | up to 4,096    | low                 |
 * | up to 16,384   | medium              |
 * | more           | high                |
 * | dynamic        | medium              |
 *
 * `minimal`, `xhigh` and `max` are never made up: many models refuse them.
 */
export function renderEffort({ effort, budget }: Reasoning): Effort | undefined {
  if (effort !== undefined || budget === undefined) return effort;
  // Newer models do not think unless they are told how much.
  if (budget === 'dynamic') return 'medium';
  if (budget <= 0) return 'none';
  if (budget <= 4096) return 'low';
  return budget <= 16_384 ? 'medium' : 'high';
}

/** Models that think, and can seal what they thought for a caller that nothing is stored for. The others refuse to be asked. */
const thinking = /(?:^|[/.:])(?:o[1-9](?:$|-)|gpt-(?:[5-9]|[1-9]\d)(?!.*chat)|codex-)/;

export function canSealReasoning(model: string): boolean {
  return thinking.test(model);
}
