import { manualClock } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import type { CacheTier } from '../protocol/cache-tier.ts';
import { GuardedTier } from './guard-tier.ts';

test('what a tier is slow to keep is bounded', async () => {
  let sets = 0;
  let finish: (() => void)[] = [];
  const tier: CacheTier = {
    get: () => Promise.resolve({ entry: undefined, generation: '' }),
    set: () => {
      sets++;
      return new Promise((resolve) => finish.push(resolve));
    },
    delete: () => Promise.resolve(false),
    invalidate: () => Promise.resolve(),
  };
  const guarded = new GuardedTier(tier, manualClock(), { failed: () => {}, recovered: () => {} });
  const key = { hash: 'h', tenant: '', model: 'm', tags: [] };
  const entry = new Uint8Array(16 * 1024 * 1024);
  const keep = (): Promise<void> => guarded.set(key, entry, { milliseconds: 1000, generation: '' });
  const keeping = Array.from({ length: 10 }, keep);
  expect(sets).toBe(4);
  for (const done of finish) done();
  await Promise.all(keeping);
  finish = [];
  const last = keep();
  expect(sets).toBe(5);
  for (const done of finish) done();
  await last;
});
