import { describe, expect, test } from 'vitest';
import { setStage, TRANSLATING } from '../lineup.ts';
import { measureRequests, type RequestRow } from './measure-requests.ts';
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
    const plan = { rounds: 7, warmingRounds: 10 };
    let slow = slowOf(await measureRequests(plan));
    // What was held up by the machine is not held up again and again.
    for (let again = 0; again < 2 && slow.length > 0; again++)
      slow = slowOf(await measureRequests({ ...plan, shapes: [...new Set(slow.map(({ shape }) => shape))] }));
    expect(slow).toEqual([]);
  });
});

/** Translations that take more than three times as long as the copy beside them. */
function slowOf(rows: readonly RequestRow[]) {
  return rows.flatMap(({ ratios, shape, source }) =>
    [...ratios]
      .filter(([, { codecs, whole }]) => codecs > 3 || whole > 3)
      .map(([target, ratio]) => ({ shape, source, target, ...ratio })),
  );
}
