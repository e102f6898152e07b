import { expect, test } from 'vitest';
import { collect, failure, inputFile, openWorld } from './support.ts';

/* Each key is an account of its own: what was made with one is not there for another. */

const keys = ['sk-first-account-0123456789', 'sk-second-account-0123456789', 'sk-third-account-0123456789'];
const shown = (world: Awaited<ReturnType<typeof openWorld>>): readonly unknown[] =>
  world.upstream.requests.map(({ headers }) => headers.authorization);

test('whatever is asked about something goes to the account that has it', async () => {
  await using world = await openWorld({}, keys);
  const tenants = Array.from({ length: 12 }, (_, index) => `tenant ${index}`);
  const made = await Promise.all(
    tenants.map(async (tenant) => {
      const { files } = world.as(tenant);
      return { tenant, file: await files.create({ file: await inputFile(), purpose: 'batch' }) };
    }),
  );
  expect(new Set(shown(world)).size).toBeGreaterThan(1);
  for (const { tenant, file } of made) {
    const client = world.as(tenant);
    for (const _ of [1, 2, 3]) expect(await client.files.retrieve(file.id)).toEqual(file);
    const batch = await client.batches.create({
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
    expect(await client.batches.retrieve(batch.id)).toMatchObject({ status: 'in_progress' });
  }
});

test('a list goes through all accounts', async () => {
  await using world = await openWorld({}, keys);
  const client = world.as('acme');
  const made = new Set<string>();
  for (const index of [0, 1, 2, 3, 4, 5]) {
    // A key over its limit rests: the next account has what is made then.
    const { id } = await client.vectorStores.create({ name: `${index}` });
    made.add(id);
    if (index % 2 === 0) world.upstream.fail({ type: 'status', status: 429 }, { times: 1 });
  }
  expect(new Set(shown(world)).size).toBe(3);
  for (const limit of [1, 2, 10]) {
    const listed = await collect(await client.vectorStores.list({ limit }));
    expect(listed.map(({ id }) => id).toSorted()).toEqual([...made].toSorted());
  }
});

test('JSON is sent again with the next key where one is over its limit; what flows is not', async () => {
  await using world = await openWorld({ retry: { rounds: 0 } }, keys);
  const client = world.as('acme');
  world.upstream.fail({ type: 'status', status: 429 }, { times: 1 });
  expect(await client.vectorStores.create({ name: 'notes' })).toMatchObject({ name: 'notes' });
  expect(new Set(shown(world)).size).toBe(2);
  world.upstream.requests.length = 0;
  world.upstream.fail({ type: 'status', status: 429 }, { times: 1 });
  const sent = client.files.create({ file: await inputFile(), purpose: 'batch' });
  expect(await failure(sent)).toMatchObject({ status: 429 });
  expect(world.upstream.requests).toHaveLength(1);
});
