import { checkBlobStore, checkTaskStore } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { taskWorld } from '../../test/task-world.ts';
import { memoryStorage } from './memory-storage.ts';

const keeping = { type: 'video/mp4', now: 0, expiresAt: 1000 };

describe('memoryStorage', () => {
  test('is a store of tasks, and of media, by all checks of them', async () => {
    const { tasks, blobs } = memoryStorage();
    const findings = [...(await checkTaskStore(tasks)), ...(await checkBlobStore(blobs))];
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(15);
  });

  test('forgets the oldest task that is over where there is no room, and never one under way', async () => {
    const world = taskWorld({ storage: memoryStorage({ tasks: 3 }) });
    const [first, second] = [await world.create(), await world.create()];
    await world.runner.cancel(second.id);
    await world.clock.advance(100);
    const third = await world.create();
    const fourth = await world.create();
    expect(await world.runner.find(second.id)).toBeUndefined();
    for (const { id } of [first, third, fourth]) expect(await world.runner.find(id)).toBeDefined();
    await expect(world.create()).rejects.toMatchObject({ code: 'VE_TARGET_BUSY' });
    expect((await world.runner.list({ owner: 'acme', limit: 10, order: 'asc' })).map(({ id }) => id)).toEqual(
      [first.id, third.id, fourth.id],
    );
  });

  test('never holds more bytes of media than it may, and forgets the oldest first', async () => {
    const puts = fc.array(fc.record({ id: fc.nat(9), size: fc.nat(1200) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(puts, async (all) => {
        const { blobs } = memoryStorage({ blobBytes: 1000 });
        const kept = new Map<string, number>();
        for (const { id, size } of all) {
          const isKept = await blobs.put(String(id), new Uint8Array(size), keeping);
          expect(isKept).toBe(size <= 1000);
          if (!isKept) continue;
          kept.delete(String(id));
          const used = (): number => [...kept.values()].reduce((sum, one) => sum + one, size);
          for (const oldest of kept.keys()) if (used() > 1000) kept.delete(oldest);
          kept.set(String(id), size);
        }
        for (let id = 0; id < 10; id++)
          expect((await blobs.find(String(id), 0))?.size).toBe(kept.get(String(id)));
      }),
      { numRuns: 100 },
    );
  });

  test('a bound that is none is told with its name', () => {
    expect(() => memoryStorage({ tasks: 0 })).toThrow(/memoryStorage: tasks must be/);
    expect(() => memoryStorage({ blobBytes: 1.5 })).toThrow(/blobBytes/);
  });
});
