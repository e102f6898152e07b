import { expect, test } from 'vitest';
import { setStage } from '../lineup.ts';
import { measureBooks } from './measure-books.ts';
import { booksRows, renderBooks } from './report-books.ts';

test('each call is paid for and written down, and all are measured', async () => {
  const stage = await setStage({ fromSource: true, pin: false });
  try {
    const plan = { rounds: 1, times: { warmMs: 10, measureMs: 30 }, warmUpMs: 10 };
    const measurements = await measureBooks(stage, plan);
    for (const { unbooked, ratios } of booksRows(measurements))
      for (const figure of [unbooked, ...Object.values(ratios)]) expect(figure).toBeGreaterThan(0);
    expect(renderBooks(measurements)).toContain('all, SQLite');
  } finally {
    await stage.close();
  }
}, 60_000);
