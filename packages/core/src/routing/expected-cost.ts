import { type Price, priceFor, priceOfGrade } from '../catalog/price.ts';
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
  const tokens = (rates.input * request.inputTokens + rates.output * output) / 1_000_000;
  return Math.ceil(tokens + expectedUnits(price));
}

/** One picture, one second or one search: what is compared are those that could serve the same call. */
function expectedUnits({ input, output, media }: Price): number {
  if (media === undefined) return 0;
  const { image = 0, second = 0, search = 0, request = 0 } = media;
  // Chat models search only where they are asked to.
  const searches = input + output === 0 ? search : 0;
  return priceOfGrade(image, {}) + priceOfGrade(second, {}) + searches + request;
}
