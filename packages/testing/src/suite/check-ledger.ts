import type { Confidential, Ledger, LedgerEntry, LedgerFilter, LedgerQuery } from '@vector-engine/core';
import { type Check, checkEach, expectSame } from './check-each.ts';
import { firstByteCheck } from './check-first-bytes.ts';
import type { MountFinding } from './check-mount.ts';
import { contentCheck, type LedgerTrial, pruneCheck } from './check-retention.ts';
import { expectThat } from './expect-answer.ts';
import { blankEntry } from './ledger-entries.ts';

export interface LedgerCheckOptions {
  /** The same ledger, as another process has it. Given, what one process does is looked for in the other. */
  readonly other?: Ledger;
  /** Makes what a content is made of: `(text) => new Confidential(text)`. Left out, nothing is said about contents. */
  readonly confidential?: (text: string) => Confidential;
}

const hour = 3_600_000;
/** 2001-09-09T01:00Z: at the start of an hour. */
const start = 277_777 * hour;

/** Pages to the end. */
async function allPages(store: Ledger, query: LedgerQuery): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await store.query({ ...query, cursor });
    entries.push(...page.entries);
    if (page.cursor === undefined) return entries;
    expectThat(page.entries.length > 0, 'a page that is not the last must have entries');
    cursor = page.cursor;
  }
}

const sortKeys = (entry: LedgerEntry): unknown =>
  Object.fromEntries(Object.entries(entry).toSorted(([one], [other]) => (one < other ? -1 : 1)));

const checks: readonly Check<LedgerTrial>[] = [
  {
    name: 'gives back an entry as it was written down, and nothing that was not',
    async run({ store, other, entry, name }) {
      const odd = '"é\u0000\ud83d\ude00\u2028 =1+1';
      const full = entry('full', {
        time: start,
        path: `acme/${odd}`,
        principal: odd,
        key: 'key_1',
        model: odd,
        served: 'x'.repeat(5000),
        upstream: 'openai',
        requestId: 'called so by the host',
        upstreamKey: '#1',
        operation: 'chat',
        status: 200,
        error: 'VE_UPSTREAM_RESET',
        attempts: 3,
        inputTokens: 1000,
        cachedTokens: 0,
        cacheWriteTokens: 30,
        outputTokens: 400,
        reasoningTokens: 50,
        units: { images: 2, seconds: 1.5 },
        cost: Number.MAX_SAFE_INTEGER,
        priceSource: 'catalogue',
        isEstimated: true,
        saved: 9,
        milliseconds: 1234,
        firstByteMilliseconds: 200,
        cache: 'hit',
        stream: true,
        tags: ['a', odd],
        dropped: ['logit_bias'],
        adjusted: ['max_tokens 5'],
        redacted: { email: 2 },
        notes: { why: odd },
        traceless: true,
        steps: [
          {
            upstream: 'azure',
            model: 'a',
            start: 0,
            waited: 5,
            end: 20,
            outcome: 'failure',
            error: 'VE_X',
            status: 500,
          },
          {
            upstream: 'openai',
            model: odd,
            key: '#1',
            start: 21,
            waited: 0,
            firstByte: 80,
            end: 90,
            outcome: 'success',
          },
        ],
      });
      const bare = entry('bare', { time: start + 1 });
      const empty = entry('empty', { path: '', principal: '', model: '', time: start + 2 });
      await store.append([full, bare, empty]);
      for (const one of [store, other]) {
        const { entries, cursor } = await one.query({ tenant: bare.tenant });
        const expected = [empty, bare, full].map(sortKeys);
        expectSame(entries.map(sortKeys), expected, 'query()');
        expectSame(cursor, undefined, 'the cursor of the last page');
        const found = await one.find(full.id);
        expectSame(found && sortKeys(found), expected[2], 'find()');
        expectSame(await one.find(name('never')), undefined, 'find() of none');
      }
      expectSame(await store.query({ tenant: name('nobody') }), { entries: [] }, 'query() of nobody');
      return 'as it was';
    },
  },
  {
    name: 'gives the newest first, page by page, each once, while others are written',
    async run({ store, other, entry }) {
      const { tenant } = entry('');
      // In no order, and many at the same moment.
      const entries = Array.from({ length: 50 }, (_, index) =>
        entry(`${index}`, { time: start + ((index * 37) % 10) }),
      );
      await store.append(entries.slice(0, 20));
      await other.append(entries.slice(20));
      const first = await store.query({ tenant, limit: 7 });
      await store.append([entry('later', { time: start + 100 })]);
      expectThat(first.cursor !== undefined, 'the first of several pages must have a cursor');
      const rest = await allPages(other, { tenant, limit: 7, cursor: first.cursor });
      // A query begins with its own cursor, so the first of the rest is read again from the start.
      const all = await allPages(store, { tenant, limit: 7 });
      expectSame(all.length, 51, 'the number of entries on all pages');
      expectSame(new Set(all.map(({ id }) => id)).size, 51, 'the number of different entries');
      const times = all.map(({ time }) => time);
      expectSame(
        times,
        times.toSorted((one, two) => two - one),
        'the times',
      );
      expectThat(rest.length > 0, 'there must be more pages');
      let isRefused = false;
      await store.query({ cursor: 'nothing of the kind' }).catch(() => {
        isRefused = true;
      });
      expectThat(isRefused, 'query() must reject a cursor that it has not given');
      return '51 entries';
    },
  },
  {
    name: 'finds entries by what is said of them',
    async run({ store, entry, find, name }) {
      const path = name('p');
      await store.append([
        entry('a', { time: start, path, principal: 'alice', key: 'k1', model: 'm1', upstream: 'u1' }),
        entry('b', { time: start + 1, path: `${path}/x`, principal: 'bob', key: 'k2', operation: 'chat' }),
        entry('c', { time: start + 2, path: `${path}/x/y`, status: 429, error: 'VE_BUSY', model: 'm2' }),
        entry('d', { time: start + 3, path: `${path}x`, status: 404, tags: ['red', 'blue'] }),
        entry('e', { time: start + 4, status: 500, tags: ['blue'], model: 'm1', key: 'k1' }),
        entry('f', { time: start + 5, status: 200, error: 'VE_UPSTREAM_RESET', model: 'M1' }),
      ]);
      const cases: readonly (readonly [LedgerFilter, string])[] = [
        [{}, 'f,e,d,c,b,a'],
        [{ from: start + 1, to: start + 4 }, 'd,c,b'],
        [{ path }, 'c,b,a'],
        [{ path: `${path}/x` }, 'c,b'],
        [{ principal: 'alice' }, 'a'],
        [{ key: 'k1' }, 'e,a'],
        [{ model: 'm1' }, 'e,a'],
        [{ upstream: 'u1' }, 'a'],
        [{ operation: 'chat' }, 'b'],
        [{ status: 429 }, 'c'],
        [{ status: 4 }, 'd,c'],
        [{ status: 2 }, 'f,b,a'],
        [{ status: 200, error: 'VE_UPSTREAM_RESET' }, 'f'],
        [{ error: 'VE_BUSY' }, 'c'],
        [{ tag: 'blue' }, 'e,d'],
        [{ tag: 'blue', key: 'k1' }, 'e'],
        [{ tag: 'red', status: 5 }, ''],
        [{ path, model: 'm2', status: 4, from: start }, 'c'],
        [{ model: 'm1', key: 'k1', to: start + 1 }, 'a'],
        [{ principal: 'nobody' }, ''],
        [{ model: "' OR 1=1 --" }, ''],
        [{ path: '%' }, ''],
      ];
      for (const [filter, expected] of cases)
        expectSame(await find(filter), expected, JSON.stringify(filter));
      expectSame(await find({ limit: 2 }), 'f,e', 'limit');
      return `${cases.length} filters`;
    },
  },
  {
    name: 'sums what was spent and used, by whatever is asked for',
    async run({ store, other, entry, name }) {
      const { tenant } = entry('');
      const money = {
        inputTokens: 10,
        cachedTokens: 4,
        outputTokens: 5,
        reasoningTokens: 1,
        milliseconds: 100,
      };
      const entries = Array.from({ length: 120 }, (_, index) =>
        entry(`${index}`, {
          ...money,
          time: start + index * 600_000,
          model: `m${index % 3}`,
          path: `${name('p')}/${index % 2 === 0 ? 'a' : 'b'}`,
          cost: index,
          ...(index % 10 === 0 && { status: 503, error: 'VE_BUSY', cost: undefined }),
          ...(index % 10 === 5 && { cache: 'hit', saved: 3 }),
          tags: index < 6 ? ['early'] : [],
        }),
      );
      await Promise.all([store.append(entries.slice(0, 60)), other.append(entries.slice(60))]);
      const total = async (filter: LedgerFilter): Promise<unknown> => {
        const [one, ...more] = await store.totals({ tenant, ...filter }, []);
        expectThat(more.length === 0, 'totals() by nothing must give one total, or none');
        return one && [one.calls, one.failed, one.cacheHits, one.inputTokens, one.cost, one.saved];
      };
      // 0 + … + 119, without the tens.
      expectSame(await total({}), [120, 12, 12, 1200, 7140 - 660, 36], 'totals()');
      expectSame(await total({ path: name('p') }), [120, 12, 12, 1200, 6480, 36], 'totals() of a path');
      expectSame(await total({ path: `${name('p')}/b` }), [60, 0, 12, 600, 3600, 36], 'totals() below it');
      expectSame(await total({ status: 5 }), [12, 12, 0, 120, 0, 0], 'totals() of those that failed');
      expectSame(await total({ tag: 'early' }), [6, 1, 1, 60, 15, 3], 'totals() of a tag');
      // Not in whole hours: entries 7 to 19.
      const odd = { from: start + 7 * 600_000 - 1, to: start + 19 * 600_000 + 1 };
      expectSame(await total(odd), [13, 1, 1, 130, 169 - 10, 3], 'totals() of odd times');
      expectSame(await total({ from: start + 1, to: start + 600_001 }), [1, 0, 0, 10, 1, 0], 'of one entry');
      expectSame(await total({ model: 'none' }), undefined, 'totals() of nothing');
      const models = await other.totals({ tenant }, ['model']);
      expectSame(
        models.map(({ group, calls }) => `${group.model} ${calls}`).toSorted(),
        ['m0 40', 'm1 40', 'm2 40'],
        'totals() by model',
      );
      const hours = await store.totals({ tenant, to: start + 2 * hour }, ['hour', 'status']);
      expectSame(
        hours.map(({ group, calls }) => `${group.hour} ${group.status} ${calls}`).toSorted(),
        ['2001-09-09T01 200 5', '2001-09-09T01 503 1', '2001-09-09T02 200 5', '2001-09-09T02 503 1'],
        'totals() by hour and status',
      );
      const days = await store.totals({ tenant }, ['day', 'path']);
      expectSame(
        days.map(({ group, calls }) => `${group.day} ${group.path?.slice(-1)} ${calls}`).toSorted(),
        ['2001-09-09 a 60', '2001-09-09 b 60'],
        'totals() by day and path',
      );
      return '120 entries';
    },
  },
  firstByteCheck,
  {
    name: 'has one entry for an id: the last',
    async run({ store, other, entry, find }) {
      const first = entry('a', { time: start, model: 'm1', cost: 5, tags: ['old'], principal: 'alice' });
      const changes = { model: 'm2', cost: 7, status: 500, tags: ['new'], time: start + hour };
      await store.append([first, { ...first, cost: 6 }]);
      await other.append([{ ...first, ...changes, principal: 'bob' }]);
      expectSame(await find({}), 'a', 'query()');
      for (const filter of [{ model: 'm1' }, { tag: 'old' }, { principal: 'alice' }, { to: start + 1 }])
        expectSame(await find(filter), '', JSON.stringify(filter));
      expectSame(await find({ tag: 'new', model: 'm2', principal: 'bob', status: 5 }), 'a', 'query()');
      const totals = await store.totals({ tenant: first.tenant }, ['model', 'hour', 'principal']);
      expectSame(
        totals.map(({ group, calls, cost, failed }) => [
          group.model,
          group.hour,
          group.principal,
          calls,
          cost,
          failed,
        ]),
        [['m2', '2001-09-09T02', 'bob', 1, 7, 1]],
        'totals()',
      );
      store.appendNow?.({ ...first, ...changes, principal: 'bob', cost: 9 });
      const [last] = await store.totals({ tenant: first.tenant }, []);
      expectSame(
        [last?.calls, last?.cost],
        [1, store.appendNow === undefined ? 7 : 9],
        'totals() after appendNow()',
      );
      return 'the last';
    },
  },
  {
    name: 'takes many at once, from several',
    async run({ store, other, entry }) {
      const { tenant } = entry('');
      const batches = Array.from({ length: 20 }, (_, batch) =>
        Array.from({ length: 50 }, (_unused, index) =>
          entry(`${batch}-${index}`, { time: start + index, principal: `p${index % 7}`, cost: 1 }),
        ),
      );
      await Promise.all(batches.map((batch, index) => (index % 2 === 0 ? store : other).append(batch)));
      const [total] = await store.totals({ tenant }, []);
      expectSame([total?.calls, total?.cost], [1000, 1000], 'totals()');
      expectSame((await allPages(other, { tenant, limit: 300 })).length, 1000, 'query()');
      return '1,000';
    },
  },
];

/**
 * Tries a ledger of your own on what the gateway will ask of it; it must be empty, and is so afterwards. What it has of accounts and keys is
 * tried by `checkAccounts` and `checkKeys`. Never throws: what fails is a finding.
 */
export function checkLedger(
  store: Ledger,
  { other = store, confidential }: LedgerCheckOptions = {},
): Promise<readonly MountFinding[]> {
  const contents = confidential === undefined ? [] : [contentCheck(confidential)];
  return checkEach([...checks, ...contents, pruneCheck], (name): LedgerTrial => {
    const entry: LedgerTrial['entry'] = (word, fields) => ({
      ...blankEntry,
      ...fields,
      tenant: name('tenant'),
      id: name(word),
    });
    const find = async (query: LedgerQuery): Promise<string> => {
      const { entries } = await other.query({ tenant: name('tenant'), ...query });
      return entries.map(({ id }) => id.replace(/^.*-/, '')).join();
    };
    return { store, other, name, entry, find };
  });
}
