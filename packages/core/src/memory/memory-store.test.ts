import { checkStore, manualClock } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoreKey } from '../protocol/store.ts';
import { memoryStore } from './memory-store.ts';

const key = (tenant: string, id: string): StoreKey => ({ tenant, kind: 'response', id });
const hour = 3_600_000;

describe('memoryStore', () => {
  test('is a store by all checks of one', async () => {
    const clock = manualClock();
    const findings = await checkStore(memoryStore({ clock }), { pass: (time) => clock.advance(time) });
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(7);
  });

  test('gives back what was kept, to its tenant and by its kind only', async () => {
    const store = memoryStore();
    await store.set(key('acme', 'a'), 'said', hour);
    expect(await store.get(key('acme', 'a'))).toBe('said');
    expect(await store.get(key('other', 'a'))).toBeUndefined();
    expect(await store.get({ tenant: 'acme', kind: 'turn', id: 'a' })).toBeUndefined();
    expect(await store.delete(key('other', 'a'))).toBe(false);
    expect(await store.delete(key('acme', 'a'))).toBe(true);
    expect(await store.get(key('acme', 'a'))).toBeUndefined();
  });

  test('forgets the oldest of a tenant that wants more room, and nothing of another', async () => {
    const store = memoryStore({ bytesPerTenant: 4000 });
    await store.set(key('small', 'a'), 'x', hour);
    for (let index = 0; index < 10; index++)
      await store.set(key('large', String(index)), 'x'.repeat(400), hour);
    expect(await store.get(key('small', 'a'))).toBe('x');
    expect(await store.get(key('large', '0'))).toBeUndefined();
    expect(await store.get(key('large', '9'))).toBe('x'.repeat(400));
  });

  test('what is read stays longer than what is not', async () => {
    const store = memoryStore({ bytesPerTenant: 4000 });
    for (const id of ['a', 'b', 'c']) await store.set(key('t', id), 'x'.repeat(400), hour);
    await store.get(key('t', 'a'));
    await store.set(key('t', 'd'), 'x'.repeat(400), hour);
    expect(await store.get(key('t', 'a'))).toBeDefined();
    expect(await store.get(key('t', 'b'))).toBeUndefined();
  });

  test('when all of it is full, the tenant that was idle longest forgets first', async () => {
    const store = memoryStore({ bytes: 12_000, bytesPerTenant: 4000 });
    await store.set(key('idle', 'a'), 'x'.repeat(800), hour);
    await store.set(key('busy', 'a'), 'x'.repeat(800), hour);
    await store.set(key('new', 'a'), 'x'.repeat(800), hour);
    expect(await store.get(key('idle', 'a'))).toBeUndefined();
    expect(await store.get(key('busy', 'a'))).toBeDefined();
    expect(await store.get(key('new', 'a'))).toBeDefined();
  });

  test('does not keep what is larger than a tenant may have', async () => {
    const store = memoryStore({ bytesPerTenant: 1000 });
    await store.set(key('t', 'a'), 'x'.repeat(1000), hour);
    expect(await store.get(key('t', 'a'))).toBeUndefined();
  });

  test('never holds more than it may, whatever is kept and deleted', async () => {
    const step = fc.record({
      tenant: fc.constantFrom('a', 'b', 'c'),
      id: fc.constantFrom('1', '2', '3', '4'),
      length: fc.nat({ max: 900 }),
      isDeleted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const store = memoryStore({ bytes: 10_000, bytesPerTenant: 3000 });
        for (const { tenant, id, length, isDeleted } of steps) {
          if (isDeleted) await store.delete(key(tenant, id));
          else await store.set(key(tenant, id), 'x'.repeat(length), hour);
        }
        let held = 0;
        for (const tenant of ['a', 'b', 'c'])
          for (const id of ['1', '2', '3', '4'])
            held += ((await store.get(key(tenant, id)))?.length ?? 0) * 2;
        expect(held).toBeLessThanOrEqual(10_000);
      }),
      { numRuns: 200 },
    );
  });

  test('many tenants with little each are held to the same bound', async () => {
    const store = memoryStore({ bytes: 1_000_000 });
    for (let index = 0; index < 1000; index++) await store.set(key(`tenant-${index}`, 'a'), 'x', hour);
    expect(await store.get(key('tenant-999', 'a'))).toBe('x');
    // Each takes about 3 kB of the process, however little it keeps.
    expect(await store.get(key('tenant-600', 'a'))).toBeUndefined();
  });

  test('what has run out takes no room once it was asked for', async () => {
    const clock = manualClock();
    const store = memoryStore({ bytes: 12_000, bytesPerTenant: 4000, clock });
    await store.set(key('t', 'lasting'), 'x', hour);
    for (let round = 0; round < 20; round++) {
      await store.set(key('t', 'short'), 'x'.repeat(1000), 1000);
      await clock.advance(1500);
      expect(await store.get(key('t', 'short'))).toBeUndefined();
    }
    expect(await store.get(key('t', 'lasting'))).toBe('x');
  });

  test('who keeps nothing takes no room', async () => {
    const store = memoryStore({ bytes: 8000, bytesPerTenant: 2000 });
    await store.set(key('first', 'a'), 'x', hour);
    for (let index = 0; index < 20; index++) {
      await store.set(key(`large-${index}`, 'a'), 'x'.repeat(2000), hour);
      await store.set(key(`gone-${index}`, 'a'), 'x', hour);
      await store.delete(key(`gone-${index}`, 'a'));
    }
    expect(await store.get(key('first', 'a'))).toBe('x');
  });

  test('a size that is none is told with its name', () => {
    expect(() => memoryStore({ bytes: 0 })).toThrow(/memoryStore: bytes must be/);
    expect(() => memoryStore({ bytesPerTenant: 1.5 })).toThrow(/bytesPerTenant/);
  });
});
