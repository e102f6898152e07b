import type { KeyRecord, KeyStore } from '@vector-engine/core';
import { type Check, checkEach, expectSame } from './check-each.ts';
import type { MountFinding } from './check-mount.ts';
import { expectThat } from './expect-answer.ts';

export interface KeyCheckOptions {
  /** The same keys, as another process has them. Given, what one process does is looked for in the other. */
  readonly other?: KeyStore;
}

interface Trial {
  readonly store: KeyStore;
  /** As another process has it; the same one where none was given. */
  readonly other: KeyStore;
  /** A name that no other check uses. */
  readonly name: (word: string) => string;
  /** A key that no other check has; its tenant is the check's. */
  readonly key: (word: string, fields?: Partial<KeyRecord>) => KeyRecord;
}

const next = (record: KeyRecord, changes: Partial<KeyRecord>): KeyRecord => ({
  ...record,
  ...changes,
  version: record.version + 1,
});

async function isRefused(promise: Promise<unknown>): Promise<boolean> {
  try {
    await promise;
    return false;
  } catch {
    return true;
  }
}

const checks: readonly Check<Trial>[] = [
  {
    name: 'gives back what was kept, by its id and by its digest',
    async run({ store, other, key, name }) {
      const full = key('full', {
        name: 'Ä "name"\u0000\u{1f600}',
        path: 'acme/research/alice',
        roles: ['admin'],
        models: ['gpt-*'],
        operations: ['chat'],
        addresses: ['10.0.0.0/8'],
        limits: { rpm: 5, concurrency: 2 },
        budgets: [{ limit: 12.5, window: 'day', timeZone: 'Europe/Berlin' }, { window: 'credit' }],
        regions: ['eu'],
        tags: ['no-retention'],
        traceless: true,
        expiresAt: 5000,
      });
      await store.insert(full);
      for (const one of [store, other]) {
        expectSame(await one.get(full.id), full, 'get()');
        expectSame(await one.findDigest(full.digest), full, 'findDigest()');
      }
      expectSame(await store.get(name('never')), undefined, 'get() of none');
      expectSame(await store.findDigest(name('never')), undefined, 'findDigest() of none');
      expectSame(await store.findDigest(full.digest.slice(0, -1)), undefined, 'findDigest() of a part');
      return 'as it was';
    },
  },
  {
    name: 'has one key with an id, and one with a digest',
    async run({ store, other, key }) {
      const first = key('first');
      await store.insert(first);
      const second = { ...key('second'), digest: first.digest };
      expectThat(
        await isRefused(store.insert({ ...key('x'), id: first.id })),
        'insert() must reject an id that is there',
      );
      expectThat(await isRefused(other.insert(second)), 'insert() must reject a digest that is there');
      expectSame(await store.get(first.id), first, 'get()');
      expectSame(await store.get(second.id), undefined, 'get() of what was rejected');
      return 'rejects';
    },
  },
  {
    name: 'changes a key once for each version, however many try at once',
    async run({ store, other, key }) {
      const first = key('a');
      await store.insert(first);
      const tries = Array.from({ length: 10 }, (_, index) => next(first, { name: `${index}` }));
      const done = await Promise.all(
        tries.map((one, index) => (index % 2 === 0 ? store : other).replace(one)),
      );
      const won = tries.filter((_, index) => done[index] === true);
      expectThat(won.length === 1, `${won.length} of 10 took the place of the same version`);
      expectSame(await other.get(first.id), won[0], 'get()');
      expectThat(!(await store.replace(next(key('never'), {}))), 'replace() of none must give false');
      return '1 of 10';
    },
  },
  {
    name: 'finds a key by the digest that it had before',
    async run({ store, other, key, name }) {
      const before = key('a');
      await store.insert(before);
      const after = next(before, {
        digest: name('new digest'),
        previousDigest: before.digest,
        previousUntil: 9000,
      });
      expectThat(await store.replace(after), 'replace() must give true');
      for (const digest of [before.digest, after.digest])
        expectSame(await other.findDigest(digest), after, 'findDigest()');
      const last = next(after, { previousDigest: undefined, previousUntil: undefined });
      await other.replace(last);
      expectSame(await store.findDigest(before.digest), undefined, 'findDigest() of what is over');
      expectSame(await store.findDigest(after.digest), last, 'findDigest()');
      return 'while it is good';
    },
  },
  {
    name: 'lists keys in the order in which they were made, page by page',
    async run({ store, other, key, name }) {
      const paths = { a: 'p/x', b: 'p', c: 'p/x/y', d: 'px', e: 'p/xy' } as const;
      for (const [word, path] of Object.entries(paths))
        await store.insert(key(word, { path: `${name('')}${path}` }));
      await store.insert(key('f', { tenant: name('other'), path: `${name('')}p/x` }));
      const { tenant = '' } = key('');
      const at = (path: string): string => `${name('')}${path}`;
      const listings = [
        [{ tenant, limit: 9 }, 'a,b,c,d,e'],
        [{ tenant, limit: 2 }, 'a,b'],
        [{ tenant, limit: 2, after: key('b').id }, 'c,d'],
        [{ tenant, limit: 9, after: key('e').id }, ''],
        [{ path: at('p'), limit: 9 }, 'a,b,c,e,f'],
        [{ path: at('p/x'), limit: 9, tenant }, 'a,c'],
        [{ path: at('p/x'), limit: 9, after: key('a').id }, 'c,f'],
        [{ tenant: name('nobody'), limit: 9 }, ''],
        [{ tenant, limit: 9, after: name('never') }, ''],
      ] as const;
      for (const [listing, expected] of listings) {
        const found = (await other.list(listing)).map(({ id }) => id.replace(/^.*-/, '')).join();
        expectSame(found, expected, JSON.stringify(listing));
      }
      return `${listings.length} listings`;
    },
  },
  {
    name: 'forgets what is deleted, once',
    async run({ store, other, key }) {
      const one = key('a');
      await store.insert(one);
      expectThat(await other.delete(one.id), 'delete() must give true for what was there');
      expectSame(await store.get(one.id), undefined, 'get()');
      expectSame(await store.findDigest(one.digest), undefined, 'findDigest()');
      expectThat(!(await store.delete(one.id)), 'delete() must give false the second time');
      expectThat(!(await store.replace(next(one, {}))), 'replace() of what is gone must give false');
      await store.insert(one);
      expectSame(await store.get(one.id), one, 'get() of what was kept anew');
      return 'true, then false';
    },
  },
];

/** Tries a store of virtual keys of your own on what the gateway will ask of it. Never throws: what fails is a finding. */
export function checkKeys(
  store: KeyStore,
  { other = store }: KeyCheckOptions = {},
): Promise<readonly MountFinding[]> {
  return checkEach(checks, (name) => ({
    store,
    other,
    name,
    key: (word, fields) => ({
      digest: name(`digest of ${word}`),
      hint: '…a1b2',
      name: 'A key',
      tenant: name('tenant'),
      createdAt: 1000,
      updatedAt: 1000,
      version: 1,
      ...fields,
      id: name(word),
    }),
  }));
}
