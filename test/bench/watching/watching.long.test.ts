import { expect, test } from 'vitest';
import { setStage } from '../lineup.ts';
import { measureWatching, renderWatching, watchingRows } from './measure-watching.ts';

test('a page that is open is told of each call, and all are measured', async () => {
  const stage = await setStage({ fromSource: true, pin: false });
  try {
    const plan = { rounds: 1, times: { warmMs: 10, measureMs: 30 }, warmUpMs: 700 };
    const measured = await measureWatching(stage, plan);
    for (const { unwatched, metered, watched } of watchingRows(measured))
      for (const figure of [unwatched, metered, watched]) expect(figure).toBeGreaterThan(0);
    expect(renderWatching(measured)).toContain('page open');
  } finally {
    await stage.close();
  }
}, 60_000);
