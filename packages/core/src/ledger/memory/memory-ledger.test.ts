import { checkAccounts, checkKeys, checkLedger } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentRecord, ledgerEntry } from '../../../test/ledger-world.ts';
import type { AccountLine } from '../../protocol/account.ts';
import { Confidential } from '../../protocol/confidential.ts';
import { memoryLedger } from './memory-ledger.ts';

const line = (period: number): AccountLine => ({ account: 'acme', period: `${period}`, limit: 100 });
const confidential = (text: string): Confidential => new Confidential(text);

describe('memoryLedger', () => {
  test('is a ledger, with accounts and keys, by all checks of them', async () => {
    const ledger = memoryLedger();
    const findings = [
      ...(await checkAccounts(ledger.accounts)),
      ...(await checkKeys(ledger.keys)),
      ...(await checkLedger(ledger, { confidential })),
    ];
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(27);
  });

  test('remembers the newest only', async () => {
    const ledger = memoryLedger({ entries: 100 });
    const times = Array.from({ length: 5000 }, (_, index) => (index * 7919) % 5000);
    for (const time of times) await ledger.append([ledgerEntry({ id: `${time}`, time })]);
    const { entries } = await ledger.query({ limit: 1000 });
    expect(entries).toHaveLength(100);
    expect(entries.map(({ time }) => time)).toEqual(
      entries.map(({ time }) => time).toSorted((a, b) => b - a),
    );
    expect(entries[0]?.time).toBe(4999);
    const [total] = await ledger.totals({}, []);
    expect(total?.calls).toBe(100);
    expect(await ledger.find?.('0')).toBeUndefined();
  });

  test('has one entry for an id, the last, whenever it is read', async () => {
    const id = fc.nat(8).map(String);
    const steps = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), id, time: fc.nat(20) }) },
        {
          weight: 1,
          arbitrary: fc.record({ do: fc.constantFrom('find', 'list', 'forget'), id, time: fc.nat(20) }),
        },
      ),
      { maxLength: 60 },
    );
    const property = fc.asyncProperty(steps, async (all) => {
      const ledger = memoryLedger({ entries: 60 });
      const known = new Map<string, number>();
      const found: unknown[] = [];
      const expected: unknown[] = [];
      for (const { do: what, id: name, time } of all) {
        if (what === 'write') {
          known.set(name, time);
          await ledger.append([ledgerEntry({ id: name, time })]);
        } else if (what === 'forget') {
          await ledger.prune({ before: time });
          for (const [one, at] of known) if (at < time) known.delete(one);
        } else if (what === 'find') {
          found.push((await ledger.find(name))?.time);
          expected.push(known.get(name));
        } else {
          const { entries } = await ledger.query({ limit: 100 });
          const byId = new Map(entries.map((entry) => [entry.id, entry.time]));
          found.push([...byId.values()], byId, (await ledger.totals({}, []))[0]?.calls ?? 0);
          expected.push(
            [...known.values()].toSorted((one, other) => other - one),
            new Map(known),
            known.size,
          );
        }
      }
      expect(found).toEqual(expected);
    });
    await expect(fc.assert(property, { numRuns: 200 })).resolves.toBeUndefined();
  });

  test('finds what is there after nobody has asked for long', async () => {
    const ledger = memoryLedger({ entries: 100 });
    const write = (from: number): void => {
      for (let time = from; time < from + 350; time++)
        ledger.appendNow?.(ledgerEntry({ id: `${time}`, time }));
    };
    for (const from of [0, 350, 700]) {
      write(from);
      expect((await ledger.find(`${from + 349}`))?.time).toBe(from + 349);
      expect((await ledger.find(`${from + 250}`))?.time).toBe(from + 250);
      expect(await ledger.find(`${from + 249}`)).toBeUndefined();
      expect(await ledger.find(`${from - 1}`)).toBeUndefined();
    }
  });

  test('keeps so many characters of contents', async () => {
    const ledger = memoryLedger({ contentCharacters: 10 });
    for (const id of ['a', 'b', 'c']) await ledger.append([], [contentRecord(id, '1234')]);
    expect(await ledger.content('a')).toBeUndefined();
    expect((await ledger.content('c'))?.question.reveal()).toBe('1234');
    await ledger.append([], [contentRecord('huge', 'x'.repeat(11))]);
    expect(await ledger.content('huge')).toBeUndefined();
  });

  test('forgets windows that are long over, never one in which something is held', async () => {
    const { accounts } = memoryLedger();
    for (let period = 0; period < 40; period++) {
      const id = `${period}`;
      const lines = [line(period)];
      await accounts.hold({ id, holder: undefined, amount: 5, minimum: 5, lines, expiresAt: 9 });
      if (period > 0) await accounts.settle([{ id, cost: 5 }]);
    }
    const [first, second, last] = await accounts.read([line(0), line(1), line(39)]);
    expect([first?.held, second?.spent, last?.spent]).toEqual([5, 0, 5]);
  });

  test('a mistake in its options is told', () => {
    expect(() => memoryLedger({ entries: 0 })).toThrow(/memoryLedger: entries/);
  });
});
