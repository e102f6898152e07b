import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MediaPrice } from '../catalog/price.ts';
import { costOf } from './cost-of.ts';
import { addUsage, type MediaUsage, type Usage } from './usage.ts';

/** 1.25, 0.125 and 10 dollars per million tokens. */
const price = { input: 1_250_000_000, cachedInput: 125_000_000, output: 10_000_000_000 };
const usage = { inputTokens: 1000, outputTokens: 100, cachedInputTokens: 0 };

describe('what a call cost', () => {
  it('is the input and the output at their prices, in whole nano-dollars', () => {
    expect(costOf(usage, price)).toBe(1_250_000 + 1_000_000);
    expect(costOf({ inputTokens: 1, outputTokens: 0, cachedInputTokens: 0 }, { input: 1, output: 1 })).toBe(
      0,
    );
  });

  it('counts what the prompt cache held at its own price, and at the price of input where there is none', () => {
    expect(costOf({ ...usage, cachedInputTokens: 800 }, price)).toBe(250_000 + 100_000 + 1_000_000);
    const { cachedInput: _, ...plain } = price;
    expect(costOf({ ...usage, cachedInputTokens: 800 }, plain)).toBe(2_250_000);
  });

  it('is by the price of long questions, for all of its tokens, where there is one', () => {
    const long = { from: 900, input: 2_000_000_000, output: 20_000_000_000 };
    expect(costOf(usage, { ...price, long })).toBe(2_000_000 + 2_000_000);
    expect(costOf({ ...usage, inputTokens: 899 }, { ...price, long })).toBe(1_123_750 + 1_000_000);
  });

  it('counts what was written to the prompt cache at its prices, and never a token twice', () => {
    const written = { ...usage, cachedInputTokens: 300, cacheWriteTokens: 500, cacheWriteHourTokens: 200 };
    const prices = { ...price, cacheWrite: 1_500_000_000, cacheWriteHour: 2_500_000_000 };
    const read = 300 * 125 + 100 * 10_000;
    expect(costOf(written, prices)).toBe(200 * 1250 + 300 * 1500 + 200 * 2500 + read);
    const { cacheWriteHour: _, ...short } = prices;
    expect(costOf(written, short)).toBe(200 * 1250 + 500 * 1500 + read);
    expect(costOf(written, price)).toBe(700 * 1250 + read);
    // More than there was: it is part of the input, whatever a provider says.
    expect(costOf({ ...written, cacheWriteTokens: 9000 }, prices)).toBe(500 * 1500 + 200 * 2500 + read);
  });

  it('counts no more from the prompt cache than there was input', () => {
    expect(costOf({ ...usage, cachedInputTokens: 5000 }, price)).toBe(125_000 + 1_000_000);
  });
});

const plain = (any: Usage): Usage => ({ ...any, cachedInputTokens: 0 });

describe('what a call for media cost', () => {
  const none = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };
  const free = { input: 0, output: 0 };

  it.each<[what: string, media: MediaUsage, prices: MediaPrice, nanoDollars: number]>([
    ['two pictures', { images: 2, size: '1024x1024' }, { image: { default: 4e7, hd: 8e7 } }, 8e7],
    ['one of better quality', { images: 1, quality: 'hd' }, { image: { default: 4e7, hd: 8e7 } }, 8e7],
    [
      'eight seconds of video',
      { seconds: 8, size: '1920x1080' },
      { second: { '720p': 1e8, '1080p': 1.2e8 } },
      9.6e8,
    ],
    ['90.5 seconds that were heard', { seconds: 90.5 }, { second: 100_000 }, 9_050_000],
    ['4,096 characters that were spoken', { characters: 4096 }, { characters: 15e9 }, 61_440_000],
    ['three searches', { searches: 3 }, { search: 2_000_000 }, 6_000_000],
    ['what has no price', { images: 3, seconds: 4, characters: 5, searches: 6 }, {}, 0],
  ])('%s', (_, media, prices, nanoDollars) => {
    expect(costOf({ ...none, media }, { ...free, media: prices })).toBe(nanoDollars);
  });

  it('is by the call, where the vendor bills calls, whatever was in it', () => {
    expect(costOf(usage, { ...price, media: { request: 12_000_000 } })).toBe(2_250_000 + 12_000_000);
  });

  it('counts tokens of pictures and of sound at their own prices, and those without one as text', () => {
    const media = {
      imageInputTokens: 600,
      audioInputTokens: 100,
      imageOutputTokens: 80,
      videoInputTokens: 50,
    };
    const prices = { imageInput: 10_000_000_000, audioInput: 32_000_000_000, imageOutput: 40_000_000_000 };
    const text = (1000 - 700) * 1250 + (100 - 80) * 10_000;
    expect(costOf({ ...usage, media }, { ...price, media: prices })).toBe(
      text + 600 * 10_000 + 100 * 32_000 + 80 * 40_000,
    );
    expect(costOf({ ...usage, media }, price)).toBe(2_250_000);
  });

  it('is the share that the vendor takes for batches', () => {
    expect(costOf(usage, { ...price, batch: 0.5 }, true)).toBe(1_125_000);
    expect(costOf(usage, { ...price, batch: 0.5 })).toBe(2_250_000);
    expect(costOf(usage, price, true)).toBe(2_250_000);
  });

  const tokens = fc.nat(100_000);
  const amount = fc.nat(100_000_000_000);
  const anyMedia = fc.record(
    {
      imageInputTokens: tokens,
      audioInputTokens: tokens,
      videoInputTokens: tokens,
      imageOutputTokens: tokens,
      audioOutputTokens: tokens,
      videoOutputTokens: tokens,
      images: fc.nat(10),
      seconds: fc.nat(600),
      characters: tokens,
      searches: fc.nat(10),
    },
    { requiredKeys: [] },
  );
  const anyUsage = fc.record(
    {
      inputTokens: tokens,
      outputTokens: tokens,
      cachedInputTokens: tokens,
      reasoningTokens: tokens,
      media: anyMedia,
    },
    { requiredKeys: ['inputTokens', 'outputTokens', 'cachedInputTokens', 'reasoningTokens'] },
  );
  const anyMediaPrice = fc.record(
    {
      imageInput: amount,
      audioInput: amount,
      videoInput: amount,
      imageOutput: amount,
      audioOutput: amount,
      image: amount,
      second: amount,
      characters: amount,
      search: amount,
      request: amount,
    },
    { requiredKeys: [] },
  );

  it('is never below nothing, is whole, and never counts a token twice', () => {
    fc.assert(
      fc.property(anyUsage, amount, amount, anyMediaPrice, (any, input, output, media) => {
        const cost = costOf(any, { input, output, media });
        expect(cost).toBeGreaterThanOrEqual(0);
        expect(Number.isInteger(cost)).toBe(true);
        const { imageInput = input, audioInput = input, videoInput = input } = media;
        const { imageOutput = output, audioOutput = output } = media;
        const units = costOf({ ...any, inputTokens: 0, outputTokens: 0 }, { input, output, media });
        const dearest =
          any.inputTokens * Math.max(input, imageInput, audioInput, videoInput) +
          any.outputTokens * Math.max(output, imageOutput, audioOutput);
        expect(cost - units).toBeLessThanOrEqual(dearest / 1_000_000 + 1);
      }),
    );
  });

  it('of two attempts together is what each of them cost', () => {
    fc.assert(
      fc.property(anyUsage, anyUsage, amount, amount, (one, other, input, second) => {
        // Where tokens are of one kind only, and nothing hangs on sizes.
        const flat = {
          input,
          output: input,
          media: { second, characters: input, image: second, search: second },
        };
        const [first, next] = [plain(one), plain(other)];
        const together = costOf(addUsage(first, next), flat);
        expect(Math.abs(together - costOf(first, flat) - costOf(next, flat))).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('adds what was written to caches, and is an estimate where one of the two is', () => {
    const plainly = { ...usage, reasoningTokens: 0 };
    const written = { ...plainly, cacheWriteTokens: 5, cacheWriteHourTokens: 2 };
    expect(addUsage(written, written)).toMatchObject({ cacheWriteTokens: 10, cacheWriteHourTokens: 4 });
    expect(addUsage(written, plainly)).toMatchObject({ cacheWriteTokens: 5, cacheWriteHourTokens: 2 });
    expect(addUsage(plainly, { ...plainly, isEstimated: true }).isEstimated).toBe(true);
    expect(addUsage(plainly, plainly)).not.toHaveProperty('isEstimated');
  });

  it('says nothing of media where neither attempt had any', () => {
    expect(addUsage({ ...usage, reasoningTokens: 1 }, { ...usage, reasoningTokens: 2 })).toEqual({
      inputTokens: 2000,
      outputTokens: 200,
      cachedInputTokens: 0,
      reasoningTokens: 3,
    });
    const heard = { ...usage, reasoningTokens: 0, media: { seconds: 3, size: '720p' } };
    expect(addUsage(heard, { ...usage, reasoningTokens: 0 }).media).toEqual(heard.media);
    expect(addUsage(heard, { ...heard, media: { seconds: 1, images: 2 } }).media).toEqual({
      seconds: 4,
      images: 2,
      size: '720p',
    });
  });
});
