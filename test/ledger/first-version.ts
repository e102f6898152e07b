import { expect } from 'vitest';
import type { Ledger } from '../../packages/core/src/protocol/ledger.ts';
import { ledgerEntry } from '../../packages/core/test/ledger-world.ts';

/* A ledger as its first version has left it: two callers, two models, four days. */

const day = 86_400_000;
/** 2001-09-09. */
const firstDay = 11_574;
const start = firstDay * day;
const sums = 'calls, failed, hit, input, cached, output, reasoning, cost, saved, milliseconds';
const summed =
  'count(*), sum(failed), sum(hit), sum(input), 0, sum(output), 0, sum(cost), 0, sum(milliseconds)';

/** SQL for its tables, which are empty. */
export const firstVersionRows: readonly string[] = [
  ...['a', 'b'].map(
    (name) => `INSERT INTO vector_callers (digest, tenant, path, principal, "key")
      VALUES ('c${name}', 'acme', 'acme/${name}', '${name}', '')`,
  ),
  ...['x', 'y'].map(
    (name) => `INSERT INTO vector_subjects (digest, model, served, upstream, operation)
      VALUES ('s${name}', '${name}', '${name}', 'openai', 'chat')`,
  ),
  ...Array.from({ length: 48 }, (_, index) => {
    const [time, caller, subject] = [
      start + index * 2 * 3_600_000,
      1 + (index % 2),
      1 + (index % 3 === 0 ? 1 : 0),
    ];
    return `INSERT INTO vector_entries
      (id, time, caller, subject, status, error, failed, hit, input, output, cost, milliseconds, rest)
      VALUES ('old-${index}', ${time}, ${caller}, ${subject}, 200, '', 0, 0, 10, 2, 100, 50,
        '{"attempts":1,"firstByteMilliseconds":300}')`;
  }),
  `INSERT INTO vector_hours (hour, subject, status, error, ${sums})
    SELECT time / 3600000, subject, status, error, ${summed} FROM vector_entries
    GROUP BY time / 3600000, subject, status, error`,
  `INSERT INTO vector_days (caller, day, subject, status, error, ${sums})
    SELECT caller, time / 86400000, subject, status, error, ${summed} FROM vector_entries
    GROUP BY caller, time / 86400000, subject, status, error`,
];

/** Whether a ledger that has opened it knows what was in it, and goes on with it. */
export async function expectGoesOn(ledger: Ledger): Promise<void> {
  const calls = async (...asked: Parameters<Ledger['totals']>): Promise<string> => {
    const totals = await ledger.totals(...asked);
    const names = totals.map((total) => `${Object.values(total.group).join(' ')} ${total.calls}`.trim());
    return names.toSorted().join(', ');
  };
  expect(await calls({}, [])).toBe('48');
  expect(await calls({}, ['principal'])).toBe('a 24, b 24');
  expect(await calls({}, ['model'])).toBe('x 32, y 16');
  expect(await calls({ model: 'y' }, ['path'])).toBe('acme/a 8, acme/b 8');
  expect(await calls({ operation: 'chat' }, ['principal', 'day'])).toContain('a 2001-09-10 6');
  expect(await calls({ from: start + 1, to: start + 3 * day }, ['day'])).toBe(
    '2001-09-09 11, 2001-09-10 12, 2001-09-11 12',
  );
  const old = await ledger.find('old-3');
  expect(old).toMatchObject({ principal: 'b', firstByteMilliseconds: 300, steps: undefined });
  expect((await ledger.totals({}, []))[0]?.firstByteP50).toBeUndefined();

  const steps = [
    { upstream: 'openai', model: 'x', start: 0, waited: 9, end: 50, outcome: 'success' },
  ] as const;
  const come = { principal: 'a', tenant: 'acme', path: 'acme/a', model: 'x', operation: 'chat', steps };
  await ledger.append([
    ledgerEntry({ ...come, id: 'new', time: start + 6 * day }),
    ledgerEntry({ ...come, id: 'late', time: start + day, firstByteMilliseconds: 400 }),
  ]);
  expect(await ledger.find('new')).toMatchObject({ steps });
  expect(await calls({}, ['principal'])).toBe('a 26, b 24');
  expect(await calls({ model: 'x' }, ['day'])).toBe(
    '2001-09-09 8, 2001-09-10 9, 2001-09-11 8, 2001-09-12 8, 2001-09-15 1',
  );
  // What came first is over by now, and is summed up once more with what was late.
  expect(await calls({ from: start, to: start + 2 * day, model: 'x' }, ['principal'])).toBe('a 9, b 8');
  const [of] = await ledger.totals({ from: start + day, to: start + 2 * day }, []);
  expect(of?.calls).toBe(13);
  expect(of?.firstByteP50).toBeGreaterThan(370);
  expect(of?.firstByteP50).toBeLessThan(430);
  // An old one is written anew, and some go.
  await ledger.append([{ ...(old ?? ledgerEntry()), principal: 'c', cost: 7 }]);
  expect(await calls({}, ['principal'])).toBe('a 26, b 23, c 1');
  expect(await ledger.prune({ before: start + 2 * day })).toBe(25);
  expect(await calls({}, ['principal'])).toBe('a 13, b 12');
  expect(await calls({ model: 'x' }, ['path', 'day'])).not.toContain('2001-09-09');
}
