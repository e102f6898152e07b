import { memoryStore } from '@vector-engine/core';
import { expect, test } from 'vitest';
import { collect, failure, inputFile, openWorld } from './support.ts';

/* Files, batches and stores are of one account at the upstream; the tenants of the gateway do not meet there. */

const order = { endpoint: '/v1/chat/completions', completion_window: '24h' } as const;

test('what one tenant has made is not there for another, in the upstream’s own words', async () => {
  await using world = await openWorld();
  const [acme, other] = [world.as('acme'), world.as('other')];
  const file = await acme.files.create({ file: await inputFile(), purpose: 'batch' });
  const batch = await acme.batches.create({ ...order, input_file_id: file.id });
  const store = await acme.vectorStores.create({ file_ids: [file.id] });
  const upload = await acme.uploads.create({
    bytes: 1,
    filename: 'a',
    mime_type: 'text/plain',
    purpose: 'user_data',
  });
  const before = world.upstream.requests.length;
  const tried = await Promise.all(
    [
      other.files.retrieve(file.id),
      other.files.content(file.id),
      other.files.delete(file.id),
      other.batches.retrieve(batch.id),
      other.batches.cancel(batch.id),
      other.vectorStores.retrieve(store.id),
      other.vectorStores.files.list(store.id),
      other.uploads.complete(upload.id, { part_ids: [] }),
      // What another's is cannot be put into one's own either.
      other.batches.create({ ...order, input_file_id: file.id }),
      other.vectorStores.create({ file_ids: [file.id] }),
      other.fineTuning.jobs.create({ model: 'gpt-4o', training_file: file.id }),
    ].map(failure),
  );
  expect(tried.map((error) => (error as Error).message)).toEqual([
    ...Array.from({ length: 3 }, () => `404 No such File object: ${file.id}`),
    ...Array.from({ length: 2 }, () => `404 No such Batch object: ${batch.id}`),
    ...Array.from({ length: 2 }, () => `404 No such VectorStore object: ${store.id}`),
    `404 No such Upload object: ${upload.id}`,
    ...Array.from({ length: 3 }, () => `404 No such File object: ${file.id}`),
  ]);
  // Nothing of it has come to the upstream.
  expect(world.upstream.requests).toHaveLength(before);
  expect(await acme.files.retrieve(file.id)).toEqual(file);
});

test('the same person is the same owner, and two persons without a tenant are two', async () => {
  await using world = await openWorld({
    identify: (request) => ({ id: (request as Request).headers.get('x-tenant') ?? '' }),
  });
  const file = await world.as('ann').files.create({ file: await inputFile(), purpose: 'batch' });
  expect(await world.as('ann').files.retrieve(file.id)).toEqual(file);
  expect(await failure(world.as('bob').files.retrieve(file.id))).toMatchObject({ status: 404 });
});

test('a list shows what is the caller’s own, however the pages of the account are cut', async () => {
  await using world = await openWorld();
  const [acme, other] = [world.as('acme'), world.as('other')];
  const own: string[] = [];
  for (let index = 0; index < 23; index++) {
    const client = index % 4 === 0 ? acme : other;
    const { id } = await client.files.create({ file: await inputFile(`${index}.jsonl`), purpose: 'batch' });
    if (client === acme) own.unshift(id);
  }
  for (const limit of [1, 2, 3, 5, 6, 20]) {
    const page = await acme.files.list({ limit });
    expect(page.data.map(({ id }) => id)).toEqual(own.slice(0, limit));
    expect(page.has_more || limit >= own.length).toBe(true);
    expect((await collect(page)).map(({ id }) => id)).toEqual(own);
  }
  expect((await other.files.list({ limit: 100 })).data).toHaveLength(23 - own.length);
  expect((await world.as('nobody').files.list()).data).toEqual([]);
  // A place in the list that is another's is not the caller's to begin at.
  expect(await failure(other.files.list({ after: own[0] ?? '' }))).toMatchObject({ status: 404 });
});

test('a name that comes twice in a body, or is written in escapes, hides nothing', async () => {
  await using world = await openWorld();
  const theirs = await world.as('acme').files.create({ file: await inputFile(), purpose: 'batch' });
  const mine = await world.as('other').files.create({ file: await inputFile(), purpose: 'batch' });
  const escaped = Array.from(
    theirs.id,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const bodies = [
    `{"input_file_id":"${theirs.id}","input_file_id":"${mine.id}"}`,
    `{"input_file_id":"${mine.id}","input_file_id":"${theirs.id}"}`,
    `{"input_file_id":"${escaped.join('')}"}`,
    `{"input\\u005ffile_id":"${theirs.id}"}`,
    `{"anything":[{"deep":{"in":"${theirs.id}"}}]}`,
    `{"x":"\\\\","input_file_id":"${theirs.id}"}`,
  ];
  for (const body of bodies) {
    const answer = await world.gateway.fetch('http://gateway/v1/batches', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tenant': 'other' },
      body,
    });
    expect([body, answer.status]).toEqual([body, 404]);
  }
  // A form could say it too, where the upstream reads one; it is not taken.
  const form = new FormData();
  form.set('input_file_id', theirs.id);
  const answer = await world.gateway.fetch('http://gateway/v1/batches', {
    method: 'POST',
    headers: { 'x-tenant': 'other' },
    body: form,
  });
  expect(answer.status).toBe(415);
});

test('words that are no ids are nobody’s', async () => {
  await using world = await openWorld();
  const store = await world.as('acme').vectorStores.create({
    name: 'file-search-documents-2024',
    metadata: { source: 'file_export', batch: 'batch-of-monday' },
  });
  expect(store).toMatchObject({ name: 'file-search-documents-2024' });
});

test('the same idempotency key of two tenants is two keys', async () => {
  await using world = await openWorld();
  for (const tenant of ['acme', 'other', 'acme'])
    await world
      .as(tenant)
      .files.create(
        { file: await inputFile(), purpose: 'batch' },
        { headers: { 'idempotency-key': 'same' } },
      );
  const [first, second, third] = world.upstream.requests.map(({ headers }) => headers['idempotency-key']);
  expect(first).not.toContain('same');
  expect(second).not.toBe(first);
  expect(third).toBe(first);
});

test('another process with the same store knows whose things are; without it nobody has them', async () => {
  const memory = memoryStore();
  await using world = await openWorld({ memory });
  const file = await world.as('acme').files.create({ file: await inputFile(), purpose: 'batch' });
  await using second = await openWorld({ memory });
  expect(await failure(second.as('other').files.retrieve(file.id))).toMatchObject({ status: 404 });
  // It is asked for there: that its upstream is another one is the second simulator's to say.
  await failure(second.as('acme').files.retrieve(file.id));
  expect(second.upstream.requests).toHaveLength(1);
});

test('a store that fails lets nobody through', async () => {
  const memory = memoryStore();
  const state = { fails: false };
  const store = {
    get: (key: Parameters<typeof memory.get>[0]) =>
      state.fails ? Promise.reject(new Error('down')) : memory.get(key),
    set: memory.set.bind(memory),
    delete: memory.delete.bind(memory),
  };
  await using world = await openWorld({ memory: store });
  const file = await world.as('acme').files.create({ file: await inputFile(), purpose: 'batch' });
  state.fails = true;
  const before = world.upstream.requests.length;
  expect(await failure(world.as('acme').files.retrieve(file.id))).toMatchObject({ status: 503 });
  expect(world.upstream.requests).toHaveLength(before);
});

test('where the gateway is open, everybody sees everything, also what was made elsewhere', async () => {
  await using world = await openWorld({ open: true });
  const made = await world.as('acme').files.create({ file: await inputFile(), purpose: 'batch' });
  expect(await collect(await world.as('other').files.list())).toEqual([made]);
  await using without = await openWorld({ open: true, memory: false });
  const [, other] = [
    await without.as('a').files.create({ file: await inputFile(), purpose: 'batch' }),
    without.as('b'),
  ];
  const [file] = await collect(await other.files.list());
  expect((await other.files.content(file?.id ?? '')).status).toBe(200);
});
