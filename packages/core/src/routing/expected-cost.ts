import { type Price, priceFor } from '../catalog/price.ts';
import type { RouteRequest } from './route-request.ts';

/** Tokens that an answer is reckoned to have where the caller sets no limit, or a higher one. */
const usualOutput = 500;

/** Nano-dollars for a call of this size, or undefined where the price is not known. */
export function expectedCost(
  price: Price | undefined,
  request: Pick<RouteRequest, 'inputTokens' | 'maxTokens'>,
): number | undefined {
  if (price === undefined) return undefined;
  const output = Math.min(request.maxTokens ?? usualOutput, usualOutput);
  const rates = priceFor(price, request.inputTokens);
  return Math.ceil((rates.input * request.inputTokens + rates.output * output) / 1_000_000);
}
