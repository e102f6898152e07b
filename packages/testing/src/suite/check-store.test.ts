import type { Store, StoreKey } from '@vector-engine/core';
import { expect, test, vi } from 'vitest';
import { checkStore } from './check-store.ts';

/** A store as simple as can be, with one mistake if one is wished for. */
function mapStore(nameOf: (key: StoreKey) => string, mistake: Partial<Store> = {}): Store {
  const values = new Map<string, { readonly value: string; readonly until: number }>();
  return {
    get: (key) => {
      const entry = values.get(nameOf(key));
      return Promise.resolve(entry !== undefined && entry.until > Date.now() ? entry.value : undefined);
    },
    set: (key, value, milliseconds) => {
      values.set(nameOf(key), { value, until: Date.now() + milliseconds });
      return Promise.resolve();
    },
    delete: (key) => Promise.resolve(values.delete(nameOf(key))),
    ...mistake,
  };
}

const exact = ({ tenant, kind, id }: StoreKey): string => JSON.stringify([tenant, kind, id]);

test('a store that does as it should passes every check, its time included', async () => {
  vi.useFakeTimers();
  try {
    const findings = await checkStore(mapStore(exact), { pass: (time) => void vi.advanceTimersByTime(time) });
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(7);
  } finally {
    vi.useRealTimers();
  }
});

test.each<[string, Store]>([
  ['keeps tenants and kinds apart', mapStore(({ id }) => id)],
  ['keeps tenants and kinds apart', mapStore(({ tenant, kind, id }) => `${tenant}:${kind}:${id}`)],
  ['forgets what is deleted', mapStore(exact, { delete: () => Promise.resolve(true) })],
  ['gives back what was set', mapStore(exact, { get: () => Promise.resolve(undefined) })],
  ['gives back what was set', mapStore(exact, { set: () => Promise.reject(new Error('down')) })],
])('a store that does not: %s', async (name, store) => {
  const findings = await checkStore(store);
  expect(findings.filter(({ passed }) => !passed).map((finding) => finding.name)).toContainEqual(
    expect.stringContaining(name),
  );
});
