import { expect, test } from 'vitest';
import { setStage } from '../lineup.ts';
import { measureBooks } from './measure-books.ts';
import { missesOfBooks, renderBooks } from './report-books.ts';

/** What a machine that has other things to do adds to a ratio: two processes of the same subject have differed by a third. */
const noise = 1.5;

test('identity, limits, holds, settling and a row cost about what they should', async () => {
  const stage = await setStage({ fromSource: true });
  try {
    const plan = { rounds: 5, times: { warmMs: 50, measureMs: 150 }, warmUpMs: 500 };
    const measurements = await measureBooks(stage, plan);
    console.info(renderBooks(measurements));
    expect(missesOfBooks(measurements, noise)).toEqual([]);
  } finally {
    await stage.close();
  }
});
