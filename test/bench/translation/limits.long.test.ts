import { describe, expect, test } from 'vitest';
import { setStage, TRANSLATING } from '../lineup.ts';
import { measureRequests } from './measure-requests.ts';
import { measureStreams } from './measure-streams.ts';
import { missesOfTranslation } from './report-translation.ts';

/* Far from what is measured on a machine that has nothing else to do: these hold on any. */
describe('translation costs about what it should', () => {
  test('a streamed delta at most three times that of the verbatim path', async () => {
    const stage = await setStage({ fromSource: true });
    try {
      const subject = await stage.start(TRANSLATING);
      const times = { warmMs: 100, measureMs: 300 };
      const streams = await measureStreams(stage, subject, { rounds: 5, times, warmUpMs: 1_000 });
      const misses = missesOfTranslation({ streams, requests: [], growths: new Map() });
      // In a burst a busy machine can hold up the one and not the other.
      expect(misses.filter((miss) => !miss.includes('burst'))).toEqual([]);
    } finally {
      await stage.close();
    }
  });

  test('a request of a megabyte at most three times that of JSON.parse and JSON.stringify', async () => {
    const rows = await measureRequests({ rounds: 7, warmingRounds: 10 });
    for (const { ratios, shape, source } of rows)
      for (const [target, { codecs, whole }] of ratios)
        expect({ shape, source, target, isSlow: codecs > 3 || whole > 3 }).toEqual({
          shape,
          source,
          target,
          isSlow: false,
        });
  });
});
