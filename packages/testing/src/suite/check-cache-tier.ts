import type { CacheKey, CacheTier } from '@vector-engine/core';
import type { MountFinding } from './check-mount.ts';
import { expectThat } from './expect-answer.ts';

export interface CacheTierCheckOptions {
  /** Lets so many milliseconds pass for the tier. Left out, nothing is said about what has run out. */
  readonly pass?: (milliseconds: number) => Promise<void> | void;
  /**
   * The same tier, as another process has it. Given, what one process does is looked for in the other; `onInvalidate` is
   * tried where the tier has it.
   */
  readonly other?: CacheTier;
}

type Labels = Partial<Omit<CacheKey, 'hash'>>;

interface Trial {
  readonly tier: CacheTier;
  /** A key that no other check uses; without labels of its own its tenant and model are the check's. */
  readonly key: (id: string, labels?: Labels) => CacheKey;
  /** A name that no other check uses. */
  readonly name: (word: string) => string;
}

interface CacheTierCheck {
  readonly name: string;
  /** Throws what is wrong. */
  run(trial: Trial): Promise<string>;
}

const hour = 3_600_000;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function isSame(found: Uint8Array | undefined, expected: Uint8Array): boolean {
  return found?.length === expected.length && expected.every((byte, index) => found[index] === byte);
}

async function keep(tier: CacheTier, key: CacheKey, text = 'x', milliseconds = hour): Promise<void> {
  const { generation } = await tier.get(key);
  await tier.set(key, bytesOf(text), { milliseconds, generation });
}

async function has(tier: CacheTier, key: CacheKey): Promise<boolean> {
  return (await tier.get(key)).entry !== undefined;
}

const checks: readonly CacheTierCheck[] = [
  {
    name: 'gives back what was set, byte for byte',
    async run({ tier, key }) {
      const entries = [
        new Uint8Array(0),
        Uint8Array.from({ length: 256 }, (_, byte) => byte),
        new Uint8Array(300_000).fill(0xff),
        bytesOf('{"é":"\u{1f600}"}'),
      ];
      for (const [index, entry] of entries.entries()) {
        const one = key(`bytes-${index}`);
        const { generation } = await tier.get(one);
        await tier.set(one, entry, { milliseconds: hour, generation });
        const { entry: found } = await tier.get(one);
        expectThat(isSame(found, entry), `${entry.length} bytes did not come back as they were set`);
      }
      return `${entries.length} entries`;
    },
  },
  {
    name: 'knows nothing of what was never set',
    async run({ tier, key }) {
      const { entry, generation } = await tier.get(key('never'));
      expectThat(entry === undefined, 'get() must give no entry');
      expectThat(typeof generation === 'string', 'get() must give a generation, as text');
      expectThat(!(await tier.delete(key('never'))), 'delete() must give false');
      return 'no entry, false';
    },
  },
  {
    name: 'replaces what was there, and forgets what is deleted, once',
    async run({ tier, key }) {
      const one = key('replaced');
      await keep(tier, one, 'first');
      await keep(tier, one, 'second');
      expectThat(isSame((await tier.get(one)).entry, bytesOf('second')), 'the last entry set must be there');
      expectThat(await tier.delete(one), 'delete() must give true for what was there');
      expectThat(!(await has(tier, one)), 'it is still there');
      expectThat(!(await tier.delete(one)), 'delete() must give false the second time');
      return 'the last one; true, then false';
    },
  },
  {
    name: 'forgets by tenant, by model and by tag, and nothing else',
    async run({ tier, key, name }) {
      const [acme, globex] = [name('acme'), name('globex')];
      const [chat, other, tag] = [name('chat'), name('other'), name('tag')];
      const keys = {
        plain: key('plain', { tenant: acme, model: chat }),
        otherModel: key('other-model', { tenant: acme, model: other }),
        otherTenant: key('other-tenant', { tenant: globex, model: chat }),
        tagged: key('tagged', { tenant: acme, model: chat, tags: [name('a'), tag] }),
        nobodys: key('nobodys', { tenant: '', model: chat }),
      };
      const left = async (): Promise<string> => {
        const names: string[] = [];
        for (const [what, one] of Object.entries(keys)) if (await has(tier, one)) names.push(what);
        return names.join();
      };
      const cases: readonly [Parameters<CacheTier['invalidate']>[0], string][] = [
        [{ tenant: acme }, 'otherTenant,nobodys'],
        [{ model: chat }, 'otherModel'],
        [{ tag }, 'plain,otherModel,otherTenant,nobodys'],
        [{ tenant: acme, model: chat }, 'otherModel,otherTenant,nobodys'],
        [{ tenant: globex, tag }, 'plain,otherModel,otherTenant,tagged,nobodys'],
        [{ tenant: acme, model: chat, tag }, 'plain,otherModel,otherTenant,nobodys'],
        [{ tenant: '', model: chat }, 'plain,otherModel,otherTenant,tagged'],
        [{}, ''],
      ];
      for (const [selection, expected] of cases) {
        for (const one of Object.values(keys)) await keep(tier, one);
        await tier.invalidate(selection);
        const found = await left();
        expectThat(
          found === expected,
          `after invalidate(${JSON.stringify(selection)}) there should be ${expected || 'nothing'}, and is ${found || 'nothing'}`,
        );
      }
      return `${cases.length} selections`;
    },
  },
  {
    name: 'does not find what was asked for before an invalidation and set after it',
    async run({ tier, key, name }) {
      const one = key('late', { tags: [name('late')] });
      for (const selection of [{ tag: name('late') }, { tenant: one.tenant }, { model: one.model }, {}]) {
        const { generation } = await tier.get(one);
        await tier.invalidate(selection);
        await tier.set(one, bytesOf('stale'), { milliseconds: hour, generation });
        expectThat(!(await has(tier, one)), `it is found after invalidate(${JSON.stringify(selection)})`);
        await keep(tier, one, 'fresh');
        expectThat(await has(tier, one), 'what was asked for after the invalidation must be found');
      }
      return 'nothing stale';
    },
  },
  {
    name: 'keeps keys and labels apart, whatever their names are made of',
    async run({ tier, key, name }) {
      const odd = ['a:b', 'a b', 'a\nb', '__proto__', '*', '{a}', 'é', 'a"b'];
      const keys = odd.map((word, index) =>
        key(`odd-${index}`, { tenant: `${name('t')}${word}`, model: `${name('m')}${word}`, tags: [word] }),
      );
      for (const one of keys) await keep(tier, one, one.hash);
      for (const [index, one] of keys.entries()) {
        await tier.invalidate({ tenant: one.tenant, model: one.model });
        for (const [place, other] of keys.entries())
          expectThat(
            (await has(tier, other)) === place > index,
            `${JSON.stringify(other.tenant)} is ${place > index ? 'gone' : 'still there'} after ${JSON.stringify(one.tenant)} was forgotten`,
          );
      }
      return `${keys.length} names`;
    },
  },
  {
    name: 'takes many at once',
    async run({ tier, key }) {
      const keys = Array.from({ length: 200 }, (_, index) => key(`many-${index}`));
      await Promise.all(keys.map((one) => keep(tier, one, one.hash)));
      const found = await Promise.all(keys.map((one) => tier.get(one)));
      expectThat(
        found.every(({ entry }, index) => isSame(entry, bytesOf(keys[index]?.hash ?? ''))),
        'not all of 200 came back as they were set',
      );
      return '200';
    },
  },
];

const expiry = (pass: (milliseconds: number) => Promise<void> | void): CacheTierCheck => ({
  name: 'forgets what has run out',
  async run({ tier, key }) {
    await keep(tier, key('short'), 'x', 1000);
    await keep(tier, key('long'), 'x', hour);
    await pass(1500);
    expectThat(!(await has(tier, key('short'))), 'it is still there after 1.5 times its time');
    expectThat(await has(tier, key('long')), 'what has not run out is gone');
    return 'after 1.5 times its time';
  },
});

const sharing = (other: CacheTier): CacheTierCheck => ({
  name: 'is one with the same tier of another process',
  async run({ tier, key, name }) {
    const one = key('shared', { tags: [name('shared')] });
    await keep(tier, one, 'shared');
    expectThat(
      isSame((await other.get(one)).entry, bytesOf('shared')),
      'the other does not have what was set',
    );
    const told = Promise.withResolvers<unknown>();
    const stop = tier.onInvalidate?.((selection) => told.resolve(selection.tag));
    await other.invalidate({ tag: name('shared') });
    expectThat(!(await has(tier, one)), 'it is still found after the other has forgotten it');
    if (stop === undefined) return 'seen, and forgotten; it does not tell of what others forget';
    // Whoever listens elsewhere may need a moment until it hears: what is forgotten before is forgotten once more.
    let heard: unknown = 'nothing';
    for (let time = 0; heard === 'nothing' && time < 50; time++) {
      const late = new Promise((resolve) => setTimeout(resolve, 100, 'nothing'));
      heard = await Promise.race([told.promise, late]);
      if (heard === 'nothing') await other.invalidate({ tag: name('shared') });
    }
    stop();
    expectThat(heard === name('shared'), `onInvalidate() told ${String(heard)} of what the other forgot`);
    return 'seen, forgotten, and told';
  },
});

/** Tries a cache tier of your own on what the gateway will ask of it. Never throws: what fails is a finding. Forgets all that is in it. */
export async function checkCacheTier(
  tier: CacheTier,
  { pass, other }: CacheTierCheckOptions = {},
): Promise<readonly MountFinding[]> {
  const findings: MountFinding[] = [];
  const run = `check-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const all = [
    ...checks,
    ...(pass === undefined ? [] : [expiry(pass)]),
    ...(other === undefined ? [] : [sharing(other)]),
  ];
  for (const [index, check] of all.entries()) {
    const name = (word: string): string => `${run}-${index}-${word}`;
    const key: Trial['key'] = (id, labels = {}) => ({
      hash: name(id),
      tenant: name('tenant'),
      model: name('model'),
      tags: [],
      ...labels,
    });
    try {
      findings.push({ name: check.name, passed: true, detail: await check.run({ tier, key, name }) });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      findings.push({ name: check.name, passed: false, detail });
    }
  }
  return findings;
}
