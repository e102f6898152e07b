import { describe, expect, it } from 'vitest';
import { costOf } from './cost-of.ts';

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

  it('counts no more from the prompt cache than there was input', () => {
    expect(costOf({ ...usage, cachedInputTokens: 5000 }, price)).toBe(125_000 + 1_000_000);
  });
});
