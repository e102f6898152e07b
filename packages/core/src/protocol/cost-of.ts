import { type Price, priceFor } from '../catalog/price.ts';
import type { Usage } from './usage.ts';

/** What a call cost at a price, in whole nano-dollars (1e-9 of a dollar); the nearest one, where the vendor's price is finer. */
export function costOf(
  usage: Pick<Usage, 'inputTokens' | 'outputTokens' | 'cachedInputTokens'>,
  price: Price,
): number {
  const { inputTokens, outputTokens } = usage;
  // It is part of the input, whatever a provider says.
  const cached = Math.min(usage.cachedInputTokens, inputTokens);
  const { input, output, cachedInput = input } = priceFor(price, inputTokens);
  return Math.round(
    ((inputTokens - cached) * input + cached * cachedInput + outputTokens * output) / 1_000_000,
  );
}
