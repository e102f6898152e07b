import { manualClock } from '@vector-engine/testing';
import { describe, expect, test, vi } from 'vitest';
import type { GatewayError } from '../errors.ts';
import { MemoryKeys } from '../ledger/memory/memory-keys.ts';
import type { KeyRecord, KeyStore } from '../protocol/virtual-key.ts';
import { KeyDesk } from './key-desk.ts';
import { KeyDigester } from './key-digest.ts';
import { KeyFinder } from './key-finder.ts';

const secret = 'a secret of at least 32 characters';

function open(store: KeyStore = new MemoryKeys()) {
  const clock = manualClock();
  const parts = { store, digester: new KeyDigester(secret), clock };
  const finder = new KeyFinder(parts);
  return { store, clock, finder, desk: new KeyDesk({ ...parts, finder }) };
}

describe('KeyDesk', () => {
  test('shows a key once, and keeps a digest of it', async () => {
    const { desk, store } = open();
    const { key, record } = await desk.create({ name: 'ci', tenant: 'acme' });
    expect(key).toMatch(/^sk-ve-[\w-]{43}$/);
    expect(record).toMatchObject({ name: 'ci', tenant: 'acme', hint: `…${key.slice(-4)}`, version: 1 });
    expect(record.id).toMatch(/^key_[a-z\d]{24}$/);
    const kept = JSON.stringify(await store.list({ limit: 10 }));
    expect(kept).not.toContain(key.slice(6, 40));
    expect(JSON.stringify([record, await desk.list({ limit: 10 }), await desk.get(record.id)])).not.toContain(
      'igest',
    );
  });

  test('the randomness may be given, and is all of the key', async () => {
    const { store, clock, finder } = open();
    const desk = new KeyDesk({
      store,
      clock,
      finder,
      digester: new KeyDigester(secret),
      randomBytes: (size) => new Uint8Array(size).fill(255),
    });
    const { key, record } = await desk.create({ name: 'n' });
    expect(key).toBe(`sk-ve-${Buffer.alloc(32, 255).toString('base64url')}`);
    expect(record.id).toBe(`key_${'f'.repeat(24)}`);
    await expect(finder.identify(key, undefined)).resolves.toMatchObject({ id: record.id, key: record.id });
  });

  test('a change takes what is null away, leaves what is not said, and counts', async () => {
    const { desk, clock } = open();
    const { record } = await desk.create({ name: 'n', models: ['a'], limits: { rpm: 1 }, tags: ['t'] });
    await clock.advance(5);
    const changed = await desk.update(record.id, { models: null, limits: { rpm: 2 }, roles: ['r'] });
    expect(changed).toEqual({
      ...record,
      models: undefined,
      limits: { rpm: 2 },
      roles: ['r'],
      updatedAt: record.createdAt + 5,
      version: 2,
    });
    await expect(desk.update(record.id, { name: 'x' }, 1)).rejects.toMatchObject({ code: 'VE_CONFLICT' });
    expect((await desk.update(record.id, { name: 'x' }, 2)).name).toBe('x');
    await expect(desk.get('key_none')).rejects.toMatchObject({ code: 'VE_OBJECT_NOT_FOUND' });
    await expect(desk.disable('key_none')).rejects.toMatchObject({ code: 'VE_OBJECT_NOT_FOUND' });
  });

  test('changes at once are all made, one after the other', async () => {
    const { desk } = open();
    const { record } = await desk.create({ name: 'n' });
    const fields = ['roles', 'models', 'operations', 'regions', 'tags'] as const;
    await Promise.all(fields.map((field) => desk.update(record.id, { [field]: [field] })));
    expect(await desk.get(record.id)).toMatchObject({
      version: 6,
      ...Object.fromEntries(fields.map((field) => [field, [field]])),
    });
  });

  test('a key that always changes under the hand is given up', async () => {
    const store = new MemoryKeys();
    vi.spyOn(store, 'replace').mockResolvedValue(false);
    const { desk } = open(store);
    const { record } = await desk.create({ name: 'n' });
    await expect(desk.disable(record.id)).rejects.toMatchObject({ code: 'VE_CONFLICT' });
  });

  test('the old key is good until the grace ends, and the new one at once', async () => {
    const { desk, clock, finder } = open();
    const { key: old, record } = await desk.create({ name: 'n' });
    await finder.identify(old, undefined);
    const rotated = await desk.rotate(record.id, { grace: 60_000 });
    expect(rotated.key).not.toBe(old);
    expect(rotated.record).toMatchObject({ id: record.id, version: 2, hint: `…${rotated.key.slice(-4)}` });
    await clock.advance(59_999);
    for (const key of [old, rotated.key])
      await expect(finder.identify(key, undefined)).resolves.toMatchObject({ key: record.id });
    await clock.advance(1);
    await expect(finder.identify(old, undefined)).rejects.toMatchObject({
      code: 'VE_UNAUTHENTICATED',
      details: { reason: 'this key was replaced by another' },
    });
    const third = await desk.rotate(record.id, { grace: 0 });
    for (const key of [old, rotated.key])
      await expect(finder.identify(key, undefined)).rejects.toMatchObject({ details: {} });
    await expect(finder.identify(third.key, undefined)).resolves.toMatchObject({ key: record.id });
  });

  test('what is done to a key holds for the next request in this process', async () => {
    const { desk, finder, clock } = open();
    const { key, record } = await desk.create({ name: 'n' });
    await finder.identify(key, undefined);
    await desk.disable(record.id);
    await expect(finder.identify(key, undefined)).rejects.toMatchObject({
      details: { reason: 'this key is disabled' },
    });
    await desk.enable(record.id);
    await finder.identify(key, undefined);
    await desk.update(record.id, { expiresAt: clock.now() + 10 });
    await finder.identify(key, undefined);
    await clock.advance(10);
    await expect(finder.identify(key, undefined)).rejects.toMatchObject({
      details: { reason: 'this key has expired' },
    });
    expect(await desk.delete(record.id)).toBe(true);
    expect(await desk.delete(record.id)).toBe(false);
    await expect(finder.identify(key, undefined)).rejects.toMatchObject({ details: {} });
  });
});

describe('KeyFinder', () => {
  test('what is no key of ours is refused without a look into the store', async () => {
    const store = new MemoryKeys();
    const look = vi.spyOn(store, 'findDigest');
    const { desk, finder } = open(store);
    const { key } = await desk.create({ name: 'n' });
    const wrong = [
      '',
      'sk-ve-',
      key.slice(0, -1),
      key.slice(1),
      `${key}A`,
      key + key,
      ` ${key}`,
      key.toUpperCase(),
      `sk-ve-${'é'.repeat(43)}`,
      `sk-ve-${'='.repeat(43)}`,
      `sk-ve-${'A'.repeat(2 ** 20)}`,
    ];
    for (const one of wrong)
      await expect(finder.identify(one, undefined)).rejects.toMatchObject({
        code: 'VE_UNAUTHENTICATED',
        details: {},
      });
    expect(look).not.toHaveBeenCalled();
  });

  test('a key that begins, or ends, as another does is another', async () => {
    const { desk, finder } = open();
    const { key } = await desk.create({ name: 'n' });
    await finder.identify(key, undefined);
    const other = (at: number) => {
      const letter = key[at] === 'A' ? 'E' : 'A';
      return key.slice(0, at) + letter + key.slice(at + 1);
    };
    for (let at = 6; at < key.length; at++)
      await expect(finder.identify(other(at), undefined)).rejects.toMatchObject({
        code: 'VE_UNAUTHENTICATED',
        details: {},
      });
  });

  test('remembers for five seconds, by the whole key, and does not remember strangers', async () => {
    const store = new MemoryKeys();
    const { desk, finder, clock } = open(store);
    const { key, record } = await desk.create({ name: 'n' });
    const look = vi.spyOn(store, 'findDigest');
    await Promise.all([1, 2, 3].map(() => finder.identify(key, undefined)));
    await clock.advance(4999);
    await finder.identify(key, undefined);
    expect(look).toHaveBeenCalledTimes(1);
    // Another process takes it back.
    await store.delete(record.id);
    await finder.identify(key, undefined);
    await clock.advance(1);
    await expect(finder.identify(key, undefined)).rejects.toThrow('VE_UNAUTHENTICATED');
    await expect(finder.identify(key, undefined)).rejects.toThrow('VE_UNAUTHENTICATED');
    expect(look).toHaveBeenCalledTimes(3);
  });

  test('what was read before a change is not remembered after it', async () => {
    const store = new MemoryKeys();
    const { desk, finder } = open(store);
    const { key, record } = await desk.create({ name: 'n' });
    const { promise, resolve } = Promise.withResolvers<KeyRecord | undefined>();
    const before = await store.findDigest(new KeyDigester(secret).digest(key));
    vi.spyOn(store, 'findDigest').mockReturnValueOnce(promise);
    const slow = finder.identify(key, undefined);
    await desk.disable(record.id);
    resolve(before);
    await slow;
    await expect(finder.identify(key, undefined)).rejects.toMatchObject({ code: 'VE_UNAUTHENTICATED' });
  });

  test('a store that gives another’s record lets nobody in', async () => {
    const store = new MemoryKeys();
    const { desk, finder } = open(store);
    const { record } = await desk.create({ name: 'n' });
    const wrong = await store.get(record.id);
    vi.spyOn(store, 'findDigest').mockResolvedValue(wrong);
    await expect(finder.identify(`sk-ve-${'A'.repeat(43)}`, undefined)).rejects.toMatchObject({
      code: 'VE_UNAUTHENTICATED',
      details: {},
    });
  });

  test.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['2001:db8::7', true],
    ['192.0.2.1', true],
    ['11.0.0.1', false],
    ['192.0.2.2', false],
    ['', false],
    ['x', false],
    [undefined, false],
  ])('from %s: %j, where only some addresses may', async (address, isLetIn) => {
    const { desk, finder } = open();
    const addresses = ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1'];
    const { key } = await desk.create({ name: 'n', addresses });
    const said = await finder.identify(key, address).then(
      () => 'in',
      (error: GatewayError) => error.code,
    );
    expect(said).toBe(isLetIn ? 'in' : 'VE_FORBIDDEN');
  });

  test('a clock that is put back makes nothing last', async () => {
    const store = new MemoryKeys();
    const clock = { ...manualClock(), now: () => time };
    let time = 1_000_000;
    const parts = { store, digester: new KeyDigester(secret), clock };
    const finder = new KeyFinder(parts);
    const desk = new KeyDesk({ ...parts, finder });
    const { key, record } = await desk.create({ name: 'n' });
    await finder.identify(key, undefined);
    await store.delete(record.id);
    time = 0;
    await expect(finder.identify(key, undefined)).rejects.toMatchObject({ code: 'VE_UNAUTHENTICATED' });
  });
});
