import type { LedgerFilter, LedgerGroup } from '@vector-engine/core';
import { type Check, expectSame } from './check-each.ts';
import type { LedgerTrial } from './check-retention.ts';
import { expectThat } from './expect-answer.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** 2001-09-09T00:00Z. */
const start = 11_574 * day;

/** What is no more than a tenth away. */
function expectAbout(found: number | undefined, expected: number, what: string): void {
  const isNear = found !== undefined && Math.abs(found / expected - 1) < 0.1;
  expectThat(isNear, `${what} must be about ${expected}, and is ${found}`);
}

/** Over several days, so that it is found in whatever is summed up. */
export const firstByteCheck: Check<LedgerTrial> = {
  name: 'says when first bytes came, and sums by the minute',
  async run({ store, other, entry, name }) {
    const { tenant } = entry('');
    // Of each model and each day 1, 2, … 100 times as long as the model's quickest.
    const entries = Array.from({ length: 800 }, (_, index) => {
      const [step, model, on] = [(index % 100) + 1, Math.floor(index / 100) % 2, Math.floor(index / 200)];
      return entry(`${index}`, {
        time: start + on * day + 9 * hour + step * 5000,
        model: `m${model}`,
        principal: `p${step % 2}`,
        path: name('p'),
        firstByteMilliseconds: step * (model === 0 ? 10 : 3000),
      });
    });
    const failed = entry('failed', {
      time: start + 1,
      status: 503,
      error: 'VE_BUSY',
      firstByteMilliseconds: 1,
    });
    const silent = entry('silent', { time: start + 2, model: 'm2' });
    await store.append(entries.slice(0, 300));
    await other.append([...entries.slice(300), failed, silent]);
    const quantiles = async (filter: LedgerFilter, groups: readonly LedgerGroup[] = []): Promise<string> => {
      const totals = await store.totals({ tenant, ...filter }, groups);
      for (const { group, firstByteP50, firstByteP95 } of totals) {
        const what = `of ${JSON.stringify({ ...filter, ...group })}`;
        const base = (group.model ?? filter.model) === 'm0' ? 10 : 3000;
        expectAbout(firstByteP50, 50 * base, `firstByteP50 ${what}`);
        expectAbout(firstByteP95, 95 * base, `firstByteP95 ${what}`);
      }
      return totals.map(({ calls }) => calls).join();
    };
    const noon = start + 12 * hour;
    expectSame(await quantiles({ model: 'm0' }), '400', 'totals()');
    expectSame(await quantiles({ model: 'm1', path: name('p') }), '400', 'totals() at a path');
    expectSame(
      await quantiles({ model: 'm0', from: noon - day, to: noon + 2 * day }),
      '300',
      'of three days',
    );
    expectSame(await quantiles({ model: 'm1' }, ['day']), '100,100,100,100', 'by day');
    expectSame(await quantiles({ model: 'm1' }, ['hour']), '100,100,100,100', 'by hour');
    const byBoth = await quantiles({ from: start + 9 * hour, to: start + 2 * day - 1 }, ['model', 'path']);
    expectSame(byBoth, '200,200', 'by model and path');
    expectSame(await quantiles({ model: 'm0', principal: 'p0' }), '200', 'of a principal');
    const [all] = await other.totals({ tenant }, []);
    expectSame(all?.calls, 802, 'all calls');
    // Half of them took up to a second, half from three on.
    expectThat((all?.firstByteP50 ?? 0) <= 1100, 'half took a second at most');
    expectAbout(all?.firstByteP95, 270_000, 'firstByteP95 of all');
    const none = await store.totals({ tenant, model: 'm2' }, []);
    expectSame(none[0]?.firstByteP50, undefined, 'of a call without a first byte');
    const [bad] = await store.totals({ tenant, status: 5 }, []);
    expectSame([bad?.calls, bad?.firstByteP95], [1, undefined], 'of calls that failed');
    const minutes = await store.totals({ tenant, model: 'm0', to: start + day }, ['minute']);
    expectSame(
      minutes.slice(0, 2).map(({ group, calls }) => `${group.minute} ${calls}`),
      ['2001-09-09T09:00 11', '2001-09-09T09:01 12'],
      'totals() by minute',
    );
    // It was something else all along.
    await other.append([{ ...silent, firstByteMilliseconds: 500 }]);
    expectAbout(
      (await store.totals({ tenant, model: 'm2' }, []))[0]?.firstByteP50,
      500,
      'what is written anew',
    );
    return '802 entries';
  },
};
