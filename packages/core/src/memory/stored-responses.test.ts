import { describe, expect, test } from 'vitest';
import type { Store, StoreKey } from '../protocol/store.ts';
import { memoryStore } from './memory-store.ts';
import { StoredResponses } from './stored-responses.ts';

const acme = 'acme';

function keep(responses: StoredResponses, id: string, previous?: string, text = id): Promise<void> {
  const request = JSON.stringify({ input: text });
  return responses.keep(acme, { id, target: undefined, previous, request, response: '{}', items: [] });
}

async function inputsOf(responses: StoredResponses, id: string): Promise<unknown> {
  const previous = await responses.follow(acme, id);
  return (await previous?.turns())?.map(({ request }) => request['input']);
}

describe('StoredResponses', () => {
  test('a conversation comes in its order, however long it is', async () => {
    const responses = new StoredResponses(memoryStore());
    const ids = Array.from({ length: 10_000 }, (_, index) => `resp_${index}`);
    for (const [index, id] of ids.entries()) await keep(responses, id, ids[index - 1]);
    expect(await inputsOf(responses, 'resp_9999')).toEqual(ids);
  });

  test('of a conversation only its last answer is read before somebody wants the others', async () => {
    const store = memoryStore();
    const read: string[] = [];
    const get = (key: StoreKey): ReturnType<Store['get']> => {
      read.push(key.id);
      return store.get(key);
    };
    const set: Store['set'] = (...all) => store.set(...all);
    const responses = new StoredResponses({ get, set, delete: (key) => store.delete(key) });
    await keep(responses, 'a');
    await keep(responses, 'b', 'a');
    const previous = await responses.follow(acme, 'b');
    expect(read).toEqual(['b']);
    expect(await previous?.turns()).toHaveLength(2);
  });

  test.each([
    ['a circle', { a: 'c', b: 'a', c: 'b' }],
    ['an answer to itself', { c: 'c' }],
    ['one whose beginning is gone', { b: 'a', c: 'b' }],
  ])('%s has no beginning', async (_, conversation) => {
    const responses = new StoredResponses(memoryStore());
    for (const [id, previous] of Object.entries(conversation)) await keep(responses, id, previous);
    await expect(inputsOf(responses, 'c')).rejects.toMatchObject({ code: 'VE_PREVIOUS_NOT_FOUND' });
  });

  test('a conversation that no upstream would take is not put together', async () => {
    const text = 'x'.repeat(1_000_000);
    const responses = new StoredResponses({
      get: ({ id }) =>
        Promise.resolve(
          JSON.stringify({ about: { previous: `${id}x` }, request: { input: text }, response: {} }),
        ),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
    });
    await expect(inputsOf(responses, 'a')).rejects.toMatchObject({ code: 'VE_BODY_TOO_LARGE' });
  });

  test('what cannot be read has failed', async () => {
    const responses = new StoredResponses({
      get: () => Promise.resolve('{"about":'),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
    });
    await expect(responses.find(acme, 'a')).rejects.toMatchObject({ code: 'VE_STORE_FAILED' });
  });
});
