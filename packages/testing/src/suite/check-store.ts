import type { Store, StoreKey } from '@vector-engine/core';
import type { MountFinding } from './check-mount.ts';
import { expectThat } from './expect-answer.ts';

export interface StoreCheckOptions {
  /** Lets so many milliseconds pass for the store. Left out, nothing is said about what has run out. */
  readonly pass?: (milliseconds: number) => Promise<void> | void;
}

interface StoreCheck {
  readonly name: string;
  /** Throws what is wrong; `key` makes keys that no other check uses. */
  run(store: Store, key: (id?: string) => StoreKey): Promise<string>;
}

const hour = 3_600_000;

const checks: readonly StoreCheck[] = [
  {
    name: 'gives back what was set, character for character',
    async run(store, key) {
      const texts = ['', 'plain', '{"a":[1,"é","\u0000","\ud83d\ude00"]}', 'x'.repeat(100_000)];
      for (const [index, text] of texts.entries()) {
        await store.set(key(String(index)), text, hour);
        const found = await store.get(key(String(index)));
        expectThat(found === text, `a text of ${text.length} characters did not come back as it was set`);
      }
      return `${texts.length} texts`;
    },
  },
  {
    name: 'knows nothing of what was never set',
    async run(store, key) {
      expectThat((await store.get(key())) === undefined, 'get() must give undefined');
      expectThat(!(await store.delete(key())), 'delete() must give false');
      return 'undefined, false';
    },
  },
  {
    name: 'replaces what was there',
    async run(store, key) {
      await store.set(key(), 'first', hour);
      await store.set(key(), 'second', hour);
      expectThat((await store.get(key())) === 'second', 'the last value set must be there');
      return 'the last value';
    },
  },
  {
    name: 'forgets what is deleted, once',
    async run(store, key) {
      await store.set(key(), 'x', hour);
      expectThat(await store.delete(key()), 'delete() must give true for what was there');
      expectThat((await store.get(key())) === undefined, 'it is still there');
      expectThat(!(await store.delete(key())), 'delete() must give false the second time');
      return 'true, then false';
    },
  },
  {
    name: 'keeps tenants and kinds apart, whatever their names are made of',
    async run(store, key) {
      const { id } = key();
      const keys: StoreKey[] = [
        { tenant: '', kind: 'turn', id },
        { tenant: 'a', kind: 'turn', id },
        { tenant: 'a', kind: 'response', id },
        { tenant: 'a:turn', kind: 'turn', id },
        { tenant: 'a', kind: 'turn', id: `turn:${id}` },
        { tenant: 'a turn', kind: 'turn', id },
        { tenant: 'a', kind: 'turn', id: `turn ${id}` },
        { tenant: '__proto__', kind: 'turn', id },
      ];
      for (const [index, one] of keys.entries()) await store.set(one, String(index), hour);
      for (const [index, one] of keys.entries()) {
        const found = await store.get(one);
        expectThat(
          found === String(index),
          `${JSON.stringify(one)} gave ${found ?? 'nothing'}, not ${index}`,
        );
      }
      for (const one of keys) await store.delete(one);
      return `${keys.length} keys`;
    },
  },
  {
    name: 'takes many at once',
    async run(store, key) {
      const ids = Array.from({ length: 200 }, (_, index) => `many-${index}`);
      await Promise.all(ids.map((id) => store.set(key(id), id, hour)));
      const found = await Promise.all(ids.map((id) => store.get(key(id))));
      expectThat(
        found.every((value, index) => value === ids[index]),
        'not all of 200 came back as they were set',
      );
      return '200';
    },
  },
];

const expiry = (pass: (milliseconds: number) => Promise<void> | void): StoreCheck => ({
  name: 'forgets what has run out',
  async run(store, key) {
    await store.set(key('short'), 'x', 1000);
    await store.set(key('long'), 'x', hour);
    await pass(1500);
    expectThat((await store.get(key('short'))) === undefined, 'it is still there after 1.5 times its time');
    expectThat((await store.get(key('long'))) === 'x', 'what has not run out is gone');
    return 'after 1.5 times its time';
  },
});

/** Tries a store of your own on what the gateway will ask of it. Never throws: what fails is a finding. */
export async function checkStore(
  store: Store,
  { pass }: StoreCheckOptions = {},
): Promise<readonly MountFinding[]> {
  const findings: MountFinding[] = [];
  const run = `check-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  for (const [index, check] of [...checks, ...(pass === undefined ? [] : [expiry(pass)])].entries()) {
    const key = (id = 'a'): StoreKey => ({ tenant: run, kind: 'response', id: `${index}-${id}` });
    try {
      findings.push({ name: check.name, passed: true, detail: await check.run(store, key) });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      findings.push({ name: check.name, passed: false, detail });
    }
  }
  return findings;
}
