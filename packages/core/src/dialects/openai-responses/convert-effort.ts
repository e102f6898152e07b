import type { Reasoning } from '../../protocol/chat-request.ts';

type Effort = NonNullable<Reasoning['effort']>;

const efforts: ReadonlySet<string> = new Set<Effort>([
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
]);

export function isEffort(value: unknown): value is Effort {
  return typeof value === 'string' && efforts.has(value);
}

/**
 * This API takes an effort only. A budget becomes one so:
 *
 * | tokens         | effort              |
 * |----------------|---------------------|
 * | 0              | none                |
 * | up to 4,096    | low                 |
 * | up to 16,384   | medium              |
 * | more           | high                |
 * | dynamic        | left to the model   |
 *
 * `minimal`, `xhigh` and `max` are never made up: many models refuse them.
 */
export function renderEffort({ effort, budget }: Reasoning): Effort | undefined {
  if (effort !== undefined || budget === undefined || budget === 'dynamic') return effort;
  if (budget <= 0) return 'none';
  if (budget <= 4096) return 'low';
  return budget <= 16_384 ? 'medium' : 'high';
}

/** Models that think, and can seal what they thought for a caller that nothing is stored for. The others refuse to be asked. */
const thinking = /(?:^|[/.:])(?:o[1-9](?:$|-)|gpt-(?:[5-9]|[1-9]\d)(?!.*chat)|codex-)/;

export function canSealReasoning(model: string): boolean {
  return thinking.test(model);
}
