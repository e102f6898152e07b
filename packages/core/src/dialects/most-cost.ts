import { type MediaPrice, type Price, priceFor } from '../catalog/price.ts';
import { bufferOf } from '../protocol/buffer-of.ts';
import type { Call } from '../protocol/call.ts';
import { isMedia } from '../protocol/media.ts';
import { type BoundFacts, boundCall, type CallBound } from './bound-call.ts';
import { mostCostOfMedia } from './most-cost-of-media.ts';

/** Whole nano-dollars (1e-9 of a dollar). */
export interface MostCost {
  /** What is paid whatever is answered. */
  readonly prompt: number;
  /** With the longest answer. */
  readonly most: number;
  /** Of a million tokens of the answer, where a shorter one costs less; undefined where none is written. */
  readonly outputPrice: number | undefined;
}

/** Searches of the web that a vendor makes in one call, where the caller does not say how many it may. */
const usualSearches = 10;
const searchTools = ['"web_search', '"google_search', '"googleSearch'].map((mark) => Buffer.from(mark));

const none: MediaPrice = {};

/** The most that a call can cost, before anybody was asked. What nobody bills, or nobody knows of, is nothing. */
export function mostCost(call: Call, price: Price, facts: BoundFacts): MostCost {
  const { operation } = call;
  if (operation === 'chat' || operation === 'completions')
    return costOfText(call, price, boundCall(call, facts));
  if (!isMedia(operation)) return { prompt: 0, most: 0, outputPrice: undefined };
  const most = mostCostOfMedia(call, operation, { price, facts });
  return { prompt: most, most, outputPrice: undefined };
}

function costOfText(call: Call, price: Price, { prompt, promptTokens, mostOutput }: CallBound): MostCost {
  const { input, output, cacheWrite = 0, cacheWriteHour = 0 } = priceFor(price, promptTokens);
  const { media = none } = price;
  const { imageInput = 0, audioInput = 0, videoInput = 0, imageOutput = 0, audioOutput = 0 } = media;
  const bytes = bufferOf(call.bytes);
  // What is kept for longer has to be asked for.
  const fresh = Math.max(input, cacheWrite, cacheWriteHour > 0 && bytes.includes('ttl') ? cacheWriteHour : 0);
  const millionfold =
    prompt.text * fresh +
    prompt.image * Math.max(fresh, imageInput) +
    prompt.audio * Math.max(fresh, audioInput) +
    prompt.video * Math.max(fresh, videoInput);
  const mayAsk = media.search !== undefined && searchTools.some((mark) => bytes.includes(mark));
  const searches = mayAsk ? usualSearches : 0;
  const units = (media.request ?? 0) + searches * (media.search ?? 0);
  const outputPrice = Math.max(output, imageOutput, audioOutput);
  const sum = millionfold / 1_000_000 + units;
  return {
    prompt: Math.ceil(sum),
    most: Math.ceil(sum + (mostOutput * outputPrice) / 1_000_000),
    outputPrice,
  };
}
