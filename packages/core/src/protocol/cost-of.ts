import { type MediaPrice, type Price, priceFor, priceOfGrade } from '../catalog/price.ts';
import type { MediaUsage, Usage } from './usage.ts';

/** What a bill hangs on. */
export type BilledUsage = Pick<
  Usage,
  'inputTokens' | 'outputTokens' | 'cachedInputTokens' | 'cacheWriteTokens' | 'cacheWriteHourTokens' | 'media'
>;

/**
 * What a call cost at a price, in whole nano-dollars (1e-9 of a dollar); the nearest one, where the vendor's price is finer.
 * `isBatch`: it was one of the vendor's batches.
 */
export function costOf(usage: BilledUsage, price: Price, isBatch = false): number {
  const { inputTokens, outputTokens, media } = usage;
  // It is part of the input, whatever a provider says.
  const cached = Math.min(usage.cachedInputTokens, inputTokens);
  const prices = priceFor(price, inputTokens);
  const { input, output, cachedInput = input } = prices;
  let fresh = inputTokens - cached;
  let millionfold = cached * cachedInput + outputTokens * output;
  if (usage.cacheWriteTokens !== undefined) {
    const { cacheWrite = input, cacheWriteHour = cacheWrite } = prices;
    const written = Math.min(usage.cacheWriteTokens, fresh);
    const forHours = Math.min(usage.cacheWriteHourTokens ?? 0, written);
    millionfold += (written - forHours) * cacheWrite + forHours * cacheWriteHour;
    fresh -= written;
  }
  millionfold += fresh * input;
  let units = 0;
  if (price.media !== undefined) {
    units = price.media.request ?? 0;
    if (media !== undefined) {
      millionfold += surcharge(fresh, input, inputTokensOf(media, price.media));
      millionfold += surcharge(outputTokens, output, outputTokensOf(media, price.media));
      millionfold += (media.characters ?? 0) * (price.media.characters ?? 0);
      units += unitsOf(media, price.media);
    }
  }
  const share = isBatch ? (price.batch ?? 1) : 1;
  return Math.round((millionfold / 1_000_000 + units) * share);
}

/** Tokens of a kind that is not text, and what a million of them costs, where that is another price. */
type PricedTokens = readonly (readonly [tokens: number | undefined, price: number | undefined])[];

/** By what the tokens that are no text cost more than text, or less; no more of them are counted than there are tokens at all. */
function surcharge(tokens: number, text: number, kinds: PricedTokens): number {
  let left = tokens;
  let sum = 0;
  for (const [count = 0, price = text] of kinds) {
    const counted = Math.min(count, left);
    sum += counted * (price - text);
    left -= counted;
  }
  return sum;
}

function inputTokensOf(media: MediaUsage, price: MediaPrice): PricedTokens {
  return [
    [media.imageInputTokens, price.imageInput],
    [media.audioInputTokens, price.audioInput],
    [media.videoInputTokens, price.videoInput],
  ];
}

function outputTokensOf(media: MediaUsage, price: MediaPrice): PricedTokens {
  return [
    [media.imageOutputTokens, price.imageOutput],
    [media.audioOutputTokens, price.audioOutput],
    [media.videoOutputTokens, price.videoOutput],
  ];
}

function unitsOf(media: MediaUsage, price: MediaPrice): number {
  const { images = 0, seconds = 0, searches = 0 } = media;
  return (
    images * priceOfGrade(price.image ?? 0, media) +
    seconds * priceOfGrade(price.second ?? 0, media) +
    searches * (price.search ?? 0)
  );
}
