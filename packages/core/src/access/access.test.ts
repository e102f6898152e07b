import { manualClock } from '@vector-engine/testing';
import { describe, expect, test, vi } from 'vitest';
import { MemoryKeys } from '../ledger/memory/memory-keys.ts';
import { Access } from './access.ts';
import { checkPermission } from './check-permission.ts';
import { KeyDesk } from './key-desk.ts';
import { KeyDigester } from './key-digest.ts';
import { KeyFinder } from './key-finder.ts';

const nowhere = { headers: {}, query: '', remoteAddress: undefined, hostRequest: {} };

async function open(identify?: () => { id: string } | undefined) {
  const parts = {
    store: new MemoryKeys(),
    clock: manualClock(),
    digester: new KeyDigester('0123456789abcdef0123456789abcdef'),
  };
  const finder = new KeyFinder(parts);
  const desk = new KeyDesk({ ...parts, finder });
  const [one, two] = [await desk.create({ name: 'one' }), await desk.create({ name: 'two', path: 'acme/x' })];
  return { access: new Access({ identify, keys: finder }), one, two };
}

describe('a key is found', () => {
  test.each<[where: string, place: (key: string) => object]>([
    ['Authorization', (key) => ({ headers: { authorization: `Bearer ${key}` } })],
    ['the same in other letters', (key) => ({ headers: { authorization: `bEARER   ${key} ` } })],
    ['the same without its first word', (key) => ({ headers: { authorization: key } })],
    ['x-api-key', (key) => ({ headers: { 'x-api-key': key } })],
    ['x-goog-api-key', (key) => ({ headers: { 'x-goog-api-key': key } })],
    ['api-key', (key) => ({ headers: { 'api-key': key } })],
    ['the query', (key) => ({ query: `alt=sse&key=${key}` })],
    ['a WebSocket', (key) => ({ offered: key })],
    ['two places', (key) => ({ headers: { 'x-api-key': key, authorization: `Bearer ${key}` } })],
    [
      'beside what is no key',
      (key) => ({ headers: { 'x-api-key': key, authorization: 'Bearer ey.j.wt' }, query: 'key=AIza' }),
    ],
  ])('in %s', async (_where, place) => {
    const identify = vi.fn<() => { id: string }>(() => ({ id: 'host' }));
    const { access, one } = await open(identify);
    const principal = await access.identify({ ...nowhere, ...place(one.key) });
    expect(principal).toMatchObject({ id: one.record.id, key: one.record.id });
    expect(identify).not.toHaveBeenCalled();
  });
});

test('of two keys that differ, neither counts', async () => {
  const { access, one, two } = await open(() => ({ id: 'host' }));
  const headers = { authorization: `Bearer ${one.key}`, 'x-api-key': two.key };
  for (const request of [{ headers }, { headers: { 'x-api-key': one.key }, query: `key=${two.key}` }])
    await expect(access.identify({ ...nowhere, ...request })).rejects.toMatchObject({
      code: 'VE_UNAUTHENTICATED',
    });
});

test('what is meant to be a key has to be good, whomever the host knows', async () => {
  const { access, one } = await open(() => ({ id: 'host' }));
  for (const key of ['sk-ve-', `${one.key}${one.key}`, `${one.key}, ${one.key}`, one.key.slice(0, 20)])
    await expect(access.identify({ ...nowhere, headers: { 'x-api-key': key } })).rejects.toMatchObject({
      code: 'VE_UNAUTHENTICATED',
    });
});

test('without a key the host is asked; without a host, nobody gets in', async () => {
  const both = await open(() => ({ id: 'host' }));
  const headers = { authorization: 'Bearer sk-something-else' };
  expect(await both.access.identify({ ...nowhere, headers })).toMatchObject({ id: 'host' });
  const { access } = await open();
  await expect(access.identify({ ...nowhere, headers })).rejects.toMatchObject({
    code: 'VE_UNAUTHENTICATED',
  });
  expect([access.isOpen, access.knowsCookies, both.access.knowsCookies]).toEqual([false, false, true]);
});

test('where there are no keys, nothing is taken for one', async () => {
  const { one } = await open();
  const access = new Access({ identify: () => ({ id: 'host' }), keys: undefined });
  const headers = { authorization: `Bearer ${one.key}` };
  expect(await access.identify({ ...nowhere, headers })).toMatchObject({ id: 'host' });
  expect(await new Access({ identify: undefined, keys: undefined }).identify(nowhere)).toBeUndefined();
});

test('keys without a tenant own nothing together; a path says the tenant', async () => {
  const { access, one, two } = await open();
  const asked = (key: string) => access.identify({ ...nowhere, headers: { 'x-api-key': key } });
  expect(await asked(one.key)).toMatchObject({ id: one.record.id });
  expect((await asked(one.key))?.tenant).toBeUndefined();
  expect(await asked(two.key)).toMatchObject({ tenant: 'acme', path: 'acme/x', id: two.record.id });
});

describe('checkPermission', () => {
  const principal = { models: ['gpt-5*', 'writer'], operations: ['chat', 'image*'] };

  test.each([
    ['chat', 'gpt-5.2'],
    ['image-edits', 'writer'],
    ['chat', undefined],
  ])('%s of %s is allowed', (operation, model) => {
    expect(() => checkPermission(principal, { operation, model })).not.toThrow();
    expect(() => checkPermission({}, { operation, model })).not.toThrow();
    expect(() => checkPermission(undefined, { operation, model })).not.toThrow();
  });

  test.each([
    ['chat', 'gpt-4o', "the model 'gpt-4o' is not allowed to you"],
    ['chat', 'writer2', "the model 'writer2' is not allowed to you"],
    ['chat', `x${'y'.repeat(1e6)}`, expect.stringMatching(/^the model 'xy{99}…' is not/)],
    ['embeddings', 'writer', "the operation 'embeddings' is not allowed to you"],
  ])('%s of %.10s is not', (operation, model, reason) => {
    expect(() => checkPermission(principal, { operation, model })).toThrow(
      expect.objectContaining({ code: 'VE_FORBIDDEN', details: expect.objectContaining({ reason }) }),
    );
  });

  test('an empty list allows nothing', () => {
    expect(() => checkPermission({ models: [] }, { operation: 'chat', model: 'a' })).toThrow(
      'is not allowed',
    );
    expect(() => checkPermission({ operations: [] }, { operation: 'chat' })).toThrow('is not allowed');
  });
});
