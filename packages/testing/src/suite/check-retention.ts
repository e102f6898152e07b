import type { Confidential, ContentRecord, Ledger, LedgerEntry, LedgerQuery } from '@vector-engine/core';
import { type Check, expectSame } from './check-each.ts';
import { expectThat } from './expect-answer.ts';

export interface LedgerTrial {
  readonly store: Ledger;
  /** As another process has it; the same one where none was given. */
  readonly other: Ledger;
  /** A name that no other check uses. */
  readonly name: (word: string) => string;
  /** An entry that no other check has; its tenant is the check's. */
  readonly entry: (word: string, fields?: Partial<LedgerEntry>) => LedgerEntry;
  /** The last words of the ids of what a query finds. */
  readonly find: (query: LedgerQuery) => Promise<string>;
}

const start = 1_000_000_000_000;

export const contentCheck = (confidential: (text: string) => Confidential): Check<LedgerTrial> => ({
  name: 'keeps contents for those who are meant to have them',
  async run({ store, other, entry, name }) {
    const texts = ['"é\u0000\ud83d\ude00"', 'x'.repeat(100_000)] as const;
    const record = (id: string, time: number): ContentRecord => ({
      id,
      time,
      tenant: name('tenant'),
      question: confidential(texts[0]),
      answer: confidential(texts[1]),
    });
    const [old, young] = [record(name('a'), start), record(name('b'), start + 10)];
    await store.append([entry('a', { time: start })], [old]);
    await store.append([], [young, young]);
    const found = await other.content(old.id);
    expectThat(found !== undefined, 'content() must give what was kept');
    expectSame([found.id, found.time, found.tenant], [old.id, old.time, old.tenant], 'content()');
    expectSame([found.question.reveal(), found.answer.reveal()], texts, 'the texts of content()');
    expectThat(!JSON.stringify(found).includes('xxx'), 'what is read must be confidential again');
    expectSame(await store.content(name('never')), undefined, 'content() of none');
    await store.prune({ contentBefore: start + 5 });
    expectSame(await other.content(old.id), undefined, 'content() of what is pruned');
    expectThat((await other.content(young.id)) !== undefined, 'what is younger must stay');
    expectSame((await store.query({ tenant: name('tenant') })).entries.length, 1, 'entries');
    return 'as it was';
  },
});

/** Last, for it leaves nothing. */
export const pruneCheck: Check<LedgerTrial> = {
  name: 'forgets what is old, and what is too much',
  async run({ store, other, entry, find }) {
    await store.prune({ entries: 0 });
    const entries = Array.from({ length: 1500 }, (_, index) =>
      entry(`${index}`, { time: start + index * 10_000, cost: 1, tags: ['t'], principal: `p${index}` }),
    );
    await store.append(entries);
    const { tenant } = entry('');
    const left = async (): Promise<unknown> => {
      const [total] = await other.totals({ tenant }, []);
      const [narrow] = await other.totals({}, []);
      return [total?.calls ?? 0, total?.cost ?? 0, narrow?.calls ?? 0];
    };
    expectSame(await store.prune({ before: start + 800 * 10_000 }), 800, 'prune() by age');
    expectSame(await left(), [700, 700, 700], 'what is left');
    expectSame(await store.prune({ entries: 100 }), 600, 'prune() by number');
    expectSame(await left(), [100, 100, 100], 'what is left');
    expectSame(await find({ limit: 1 }), '1499', 'the newest');
    expectSame(await find({ principal: 'p0' }), '', 'what is gone');
    expectSame(await store.prune({ entries: 100, before: start }), 0, 'prune() of nothing');
    await store.append([entry('1', { time: start, principal: 'p1', cost: 1 })]);
    expectSame(await find({ principal: 'p1' }), '1', 'what is written anew');
    expectSame(await store.prune({ entries: 0 }), 101, 'prune() of all');
    expectSame(await left(), [0, 0, 0], 'what is left');
    return '800, 600';
  },
};
