import type { EndEvent } from '@vector-engine/core';
import { toFile } from 'openai';
import { expect, test } from 'vitest';
import { collect, failure, inputFile, openWorld, question, upstreamKey } from './support.ts';

/* OpenAI's own SDK, unchanged, in front of the gateway. */

test('files are created, listed, read and deleted', async () => {
  await using world = await openWorld();
  const { files } = world.as('acme');
  const made = await files.create({ file: await inputFile(), purpose: 'batch' });
  expect(made).toMatchObject({ object: 'file', filename: 'input.jsonl', status: 'processed' });
  expect(await collect(await files.list())).toEqual([made]);
  expect(await files.retrieve(made.id)).toEqual(made);
  expect(await (await files.content(made.id)).json()).toEqual(question);
  expect(await files.delete(made.id)).toMatchObject({ id: made.id, deleted: true });
  expect(await failure(files.retrieve(made.id))).toMatchObject({
    status: 404,
    message: `404 No such File object: ${made.id}`,
  });
  expect(await collect(await files.list())).toEqual([]);
});

test('a batch runs through, and its output can be read by whoever owns the batch', async () => {
  await using world = await openWorld();
  const { files, batches } = world.as('acme');
  const input = await files.create({ file: await inputFile(), purpose: 'batch' });
  const { id } = await batches.create({
    input_file_id: input.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  await batches.retrieve(id);
  const done = await batches.retrieve(id);
  expect(done).toMatchObject({ status: 'completed' });
  const output = await (await files.content(done.output_file_id ?? '')).json();
  expect(output).toMatchObject({ custom_id: 'one', response: { status_code: 200 } });
  expect((await collect(await batches.list())).map((batch) => batch.id)).toEqual([id]);
  expect(await batches.cancel(id)).toMatchObject({ id, status: 'cancelling' });
});

test('the output of a batch is found by who has only seen the batch in a list', async () => {
  await using world = await openWorld();
  const { files, batches } = world.as('acme');
  const input = await files.create({ file: await inputFile(), purpose: 'batch' });
  const { id } = await batches.create({
    input_file_id: input.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  // The upstream goes on without the gateway's seeing it.
  const url = `${world.upstream.baseURL}/batches/${id}`;
  const headers = { authorization: `Bearer ${upstreamKey}` };
  for (const _ of [1, 2]) await (await fetch(url, { headers })).json();
  const [done] = await collect(await batches.list());
  expect(done?.output_file_id).toMatch(/^file-/);
  expect((await files.content(done?.output_file_id ?? '')).status).toBe(200);
});

test('an upload is put together from its parts, and the file is the uploader’s', async () => {
  await using world = await openWorld();
  const { uploads, files } = world.as('acme');
  const opened = await uploads.create({
    bytes: 6,
    filename: 'six.txt',
    mime_type: 'text/plain',
    purpose: 'user_data',
  });
  const parts = await Promise.all(
    ['abc', 'def'].map(async (text) =>
      uploads.parts.create(opened.id, { data: await toFile(Buffer.from(text), 'part') }),
    ),
  );
  const done = await uploads.complete(opened.id, { part_ids: parts.map(({ id }) => id) });
  expect(await (await files.content(done.file?.id ?? '')).text()).toBe('abcdef');
  expect((await collect(await files.list())).map(({ id }) => id)).toEqual([done.file?.id]);
});

test('a vector store is made of files, changed, listed and deleted', async () => {
  await using world = await openWorld();
  const { files, vectorStores } = world.as('acme');
  const file = await files.create({ file: await inputFile(), purpose: 'assistants' });
  const store = await vectorStores.create({ name: 'file-search-documents', file_ids: [file.id] });
  expect(store).toMatchObject({ object: 'vector_store', file_counts: { total: 1 } });
  expect(await vectorStores.update(store.id, { name: 'more' })).toMatchObject({ name: 'more' });
  expect((await collect(await vectorStores.list())).map(({ id }) => id)).toEqual([store.id]);
  expect(await vectorStores.delete(store.id)).toMatchObject({ deleted: true });
  expect(await failure(vectorStores.retrieve(store.id))).toMatchObject({ status: 404 });
});

test('every call is audited with its family, its owner and its attempt; a batch seen again is not paid for again', async () => {
  await using world = await openWorld();
  const ends: EndEvent[] = [];
  world.gateway.on('end', (event) => ends.push(event));
  const { files, batches } = world.as('acme');
  const input = await files.create({ file: await inputFile(), purpose: 'batch' });
  const order = {
    input_file_id: input.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  } as const;
  const { id } = await batches.create(order);
  for (const _ of [1, 2, 3]) await batches.retrieve(id);
  await failure(batches.retrieve('batch_none'));
  expect(
    ends.map(({ request, target, status, attempts, usage }) => [request, target, status, attempts, usage]),
  ).toEqual([
    [
      expect.objectContaining({ operation: 'native', model: 'files', principal: { tenant: 'acme' } }),
      { upstream: 'openai', model: 'files' },
      200,
      1,
      undefined,
    ],
    ...Array.from({ length: 4 }, () => [
      expect.objectContaining({ operation: 'native', model: 'batches' }),
      { upstream: 'openai', model: 'batches' },
      200,
      1,
      undefined,
    ]),
    [
      expect.objectContaining({ model: 'batches', principal: { tenant: 'acme' } }),
      undefined,
      404,
      0,
      undefined,
    ],
  ]);
});

test('an error of the upstream passes in its own words, whatever its status', async () => {
  await using world = await openWorld({ retry: { rounds: 0 } });
  const { files } = world.as('acme');
  expect(await failure(files.create({ file: await inputFile(), purpose: undefined as never }))).toMatchObject(
    {
      status: 400,
      error: { message: "'purpose' is a required property" },
    },
  );
  world.upstream.fail({ type: 'status', status: 500 }, { times: 1 });
  const there = (await (await fetch(`${world.upstream.baseURL}/files`)).json()) as { error: object };
  world.upstream.fail({ type: 'status', status: 500 }, { times: 1 });
  expect(await failure(files.list())).toMatchObject({ status: 500, error: there.error });
});

test('that the upstream refuses the gateway’s key is not told as the caller’s doing, and nothing of the key is', async () => {
  await using world = await openWorld();
  world.upstream.fail({ type: 'status', status: 401 });
  const error = await failure(world.as('acme').files.list());
  expect(error).toMatchObject({ status: 502, code: 'upstream_key_refused' });
  expect(JSON.stringify(error)).not.toContain('canary');
});
