import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PriceInDollars, priceOfGrade, toPrice } from './price.ts';

describe('a price that the operator gives in dollars', () => {
  it('is whole nano-dollars: of a million tokens, a picture, a second, a million characters, a search, a call', () => {
    const given: PriceInDollars = {
      input: 0.15,
      output: 0.6,
      cachedInput: 0.075,
      imageOutput: 30,
      image: { default: 0.04, 'hd 1024x1792': 0.12 },
      second: 0.1,
      characters: 15,
      search: 0.002,
      request: 0.005,
      batch: 0.5,
    };
    expect(toPrice(given)).toEqual({
      input: 150_000_000,
      output: 600_000_000,
      cachedInput: 75_000_000,
      batch: 0.5,
      media: {
        imageOutput: 30_000_000_000,
        image: { default: 40_000_000, 'hd 1024x1792': 120_000_000 },
        second: 100_000_000,
        characters: 15_000_000_000,
        search: 2_000_000,
        request: 5_000_000,
      },
    });
  });

  it('is nothing where nothing is said, and has no media where it is of text', () => {
    expect(toPrice({})).toEqual({ input: 0, output: 0 });
    expect(toPrice({ input: 1, output: 2 })).toEqual({ input: 1e9, output: 2e9 });
  });
});

describe('a price that hangs on quality and size', () => {
  const image = { default: 4, hd: 8, '1024x1792': 8, 'hd 1024x1792': 12 };
  const video = { '720p': 10, '1080p': 12, '4k': 30 };

  it.each([
    [image, {}, 4],
    [image, { quality: 'standard', size: '1024x1024' }, 4],
    [image, { quality: 'HD', size: '1024x1024' }, 8],
    [image, { size: '1024x1792' }, 8],
    [image, { quality: 'hd', size: '1024x1792' }, 12],
    [video, { size: '720p' }, 10],
    [video, { size: '1280x720' }, 10],
    [video, { size: '1080x1920' }, 12],
    [video, { size: '3840x2160' }, 30],
    [video, { size: '4K' }, 30],
    [7, { quality: 'hd', size: '4k' }, 7],
  ])('%j for %j: %d', (price, grade, expected) => {
    expect(priceOfGrade(price, grade)).toBe(expected);
  });

  it('is the dearest where nothing fits and there is no default', () => {
    expect(priceOfGrade(video, {})).toBe(30);
    expect(priceOfGrade(video, { size: '480p' })).toBe(30);
    expect(priceOfGrade({}, {})).toBe(0);
  });

  it('is one of those given, in whatever order they are written', () => {
    const words = fc.constantFrom('hd', 'low', '1024x1024', '720p', '4k', 'default');
    const grade = fc.uniqueArray(words, { minLength: 1, maxLength: 2 }).map((list) => list.join(' '));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(grade, fc.nat()), { selector: ([name]) => name }),
        fc.constantFrom('hd', 'low', ''),
        fc.constantFrom('1024x1024', '720p', '3840x2160', ''),
        (entries, quality, size) => {
          const found = priceOfGrade(Object.fromEntries(entries), { quality, size });
          expect([0, ...entries.map(([, amount]) => amount)]).toContain(found);
          expect(priceOfGrade(Object.fromEntries(entries.toReversed()), { quality, size })).toBe(found);
        },
      ),
    );
  });
});
