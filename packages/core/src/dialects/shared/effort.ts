import type { Reasoning } from '../../protocol/chat-request.ts';

export type Effort = NonNullable<Reasoning['effort']>;

/** From the weakest to the strongest. */
export const efforts: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

export function isEffort(value: unknown): value is Effort {
  return efforts.some((effort) => effort === value);
}
