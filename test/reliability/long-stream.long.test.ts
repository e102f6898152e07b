import { describe, expect, it } from 'vitest';
import { setStage } from '../bench/lineup.ts';
import { growthOf, LONG_STREAM_DELTAS } from '../bench/translation/measure-memory.ts';
import { PAIRS, VERBATIM } from '../bench/translation/pairs.ts';
import { mebibyte } from './memory.ts';

/*
 * The formats of Responses and of Gemini tell the text again, or places in it, at the end of an answer: it is kept until
 * then, here 400 KB of it. Nothing else may stay of what has been passed on.
 */
describe(`a stream of ${LONG_STREAM_DELTAS} deltas holds no more at its end than at its beginning`, () => {
  it.each([VERBATIM, ...PAIRS])('$label', { timeout: 60_000 }, async (pair) => {
    const stage = await setStage({ fromSource: true, pin: false });
    try {
      expect((await growthOf(stage, pair)) / mebibyte).toBeLessThan(1.5);
    } finally {
      await stage.close();
    }
  });
});
