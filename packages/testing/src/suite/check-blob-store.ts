import type { BlobStore } from '@vector-engine/core';
import type { MountFinding } from './check-mount.ts';
import { expectThat } from './expect-answer.ts';

export interface BlobStoreCheckOptions {
  /** The same store, as another process has it. Given, what one process keeps is read by the other. */
  readonly other?: BlobStore;
}

interface BlobStoreCheck {
  readonly name: string;
  /** Throws what is wrong; `name` makes names that no other check uses. */
  run(store: BlobStore, name: (word: string) => string, other: BlobStore): Promise<string>;
}

const now = 1_000_000;
const keeping = { type: 'video/mp4', now, expiresAt: now + 1000 };

/** Bytes that tell where they stand. */
function numbered(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let place = 0; place < size; place++) bytes[place] = (place * 31 + (place >>> 8)) & 0xff;
  return bytes;
}

function expectBytes(found: Uint8Array | undefined, expected: Uint8Array, what: string): void {
  const isSame = found?.length === expected.length && expected.every((byte, place) => found[place] === byte);
  expectThat(isSame, `${what} gave ${found?.length ?? 'no'} bytes that are not the ${expected.length} kept`);
}

const checks: readonly BlobStoreCheck[] = [
  {
    name: 'gives back what was kept, byte for byte, whole and in ranges',
    async run(store, name, other) {
      const bytes = numbered(700_001);
      const id = name('a');
      expectThat(await store.put(id, bytes, keeping), 'put() must give true');
      const ranges = [
        [0, 700_001],
        [0, 1],
        [262_143, 262_145],
        [300_000, 600_000],
        [700_000, 800_000],
        [700_001, 700_002],
        [5, 5],
      ] as const;
      for (const one of [store, other]) {
        const info = await one.find(id, now);
        expectThat(
          info?.type === 'video/mp4' && info.size === 700_001,
          `find() gave ${JSON.stringify(info)}`,
        );
        for (const [start, end] of ranges)
          expectBytes(await one.read(id, start, end), bytes.subarray(start, end), `read(${start}, ${end})`);
      }
      await store.put(name('empty'), new Uint8Array(0), keeping);
      expectBytes(await store.read(name('empty'), 0, 10), new Uint8Array(0), 'an empty one');
      return `${ranges.length} ranges`;
    },
  },
  {
    name: 'does not change what was kept with what it was made of',
    async run(store, name) {
      const bytes = numbered(100);
      await store.put(name('a'), bytes, keeping);
      bytes.fill(0);
      expectBytes(await store.read(name('a'), 0, 100), numbered(100), 'read()');
      return 'a copy';
    },
  },
  {
    name: 'knows nothing of what was never kept',
    async run(store, name) {
      expectThat((await store.find(name('never'), now)) === undefined, 'find() must give undefined');
      expectThat((await store.read(name('never'), 0, 1)) === undefined, 'read() must give undefined');
      expectThat(!(await store.delete(name('never'))), 'delete() must give false');
      return 'undefined, false';
    },
  },
  {
    name: 'replaces what was there, and forgets what is deleted, once',
    async run(store, name) {
      const id = name('a');
      await store.put(id, numbered(600_000), keeping);
      await store.put(id, numbered(10), { ...keeping, type: 'image/png' });
      expectThat((await store.find(id, now))?.type === 'image/png', 'the last one kept must be there');
      expectBytes(await store.read(id, 0, 600_000), numbered(10), 'read()');
      expectThat(await store.delete(id), 'delete() must give true for what was there');
      expectThat((await store.read(id, 0, 10)) === undefined, 'it is still there');
      expectThat(!(await store.delete(id)), 'delete() must give false the second time');
      return 'the last one; true, then false';
    },
  },
  {
    name: 'does not find what has run out, and forgets it when it is told to',
    async run(store, name) {
      await store.put(name('short'), numbered(10), { ...keeping, expiresAt: now + 10 });
      await store.put(name('long'), numbered(10), keeping);
      expectThat((await store.find(name('short'), now + 9)) !== undefined, 'it is gone too early');
      expectThat((await store.find(name('short'), now + 10)) === undefined, 'it is found after its time');
      await store.deleteExpired(now + 10);
      expectThat((await store.read(name('short'), 0, 1)) === undefined, 'its bytes are still there');
      expectThat((await store.find(name('long'), now + 10)) !== undefined, 'what has not run out is gone');
      return 'at its time';
    },
  },
  {
    name: 'takes many at once',
    async run(store, name) {
      const many = Array.from({ length: 20 }, (_, index) => numbered(1000 * index));
      await Promise.all(many.map((bytes, index) => store.put(name(String(index)), bytes, keeping)));
      for (const [index, bytes] of many.entries())
        expectBytes(await store.read(name(String(index)), 0, 100_000), bytes, `read() of the ${index}th`);
      return '20';
    },
  },
];

/** Tries a store of media of your own on what the gateway will ask of it. Never throws: what fails is a finding. */
export async function checkBlobStore(
  store: BlobStore,
  { other = store }: BlobStoreCheckOptions = {},
): Promise<readonly MountFinding[]> {
  const findings: MountFinding[] = [];
  const run = `check-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  for (const [index, check] of checks.entries()) {
    try {
      const detail = await check.run(store, (word) => `${run}-${index}-${word}`, other);
      findings.push({ name: check.name, passed: true, detail });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      findings.push({ name: check.name, passed: false, detail });
    }
  }
  return findings;
}
