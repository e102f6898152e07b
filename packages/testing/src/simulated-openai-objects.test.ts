import { NotFoundError, toFile } from 'openai';
import { expect, test } from 'vitest';
import { clientOf, collect } from '../test/ask-with-sdk.ts';
import { failure } from '../test/catch-failure.ts';
import { simulatedOpenAI } from './index.ts';

/* OpenAI's files, uploads, batches and vector stores as OpenAI's own SDK reads them, with no gateway between. */

const question = {
  custom_id: 'one',
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] },
};

async function inputFile(): Promise<File> {
  return toFile(Buffer.from(JSON.stringify(question)), 'input.jsonl');
}

test('a file is created, listed, read and deleted', async () => {
  await using upstream = await simulatedOpenAI();
  const { files } = clientOf(upstream);
  const made = await files.create({ file: await inputFile(), purpose: 'batch' });
  expect(made).toMatchObject({
    object: 'file',
    filename: 'input.jsonl',
    purpose: 'batch',
    status: 'processed',
  });
  expect(await collect(await files.list())).toEqual([made]);
  expect(await files.retrieve(made.id)).toEqual(made);
  expect(await (await files.content(made.id)).json()).toEqual(question);
  expect(await files.delete(made.id)).toMatchObject({ id: made.id, deleted: true });
  const error = await failure(files.retrieve(made.id));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(error).toMatchObject({ message: `404 No such File object: ${made.id}` });
});

test('a batch runs through, and its output is a file', async () => {
  await using upstream = await simulatedOpenAI();
  const { files, batches } = clientOf(upstream);
  const input = await files.create({ file: await inputFile(), purpose: 'batch' });
  const order = {
    input_file_id: input.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  } as const;
  const { id, status } = await batches.create(order);
  expect(status).toBe('validating');
  expect((await batches.retrieve(id)).status).toBe('in_progress');
  const done = await batches.retrieve(id);
  expect(done).toMatchObject({ status: 'completed', usage: { input_tokens: 10, output_tokens: 5 } });
  const output = await (await files.content(done.output_file_id ?? '')).json();
  expect(output).toMatchObject({ custom_id: 'one', response: { status_code: 200 } });
  expect((await collect(await batches.list())).map((batch) => batch.id)).toEqual([id]);
  expect(await failure(batches.create({ ...order, input_file_id: 'file-none' }))).toMatchObject({
    status: 400,
  });
});

test('an upload is put together from its parts', async () => {
  await using upstream = await simulatedOpenAI();
  const { uploads, files } = clientOf(upstream);
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
  expect(done).toMatchObject({ status: 'completed', file: { object: 'file', bytes: 6 } });
  expect(await (await files.content(done.file?.id ?? '')).text()).toBe('abcdef');
});

test('a vector store is made of files that are there', async () => {
  await using upstream = await simulatedOpenAI();
  const { files, vectorStores } = clientOf(upstream);
  const file = await files.create({ file: await inputFile(), purpose: 'assistants' });
  const store = await vectorStores.create({ name: 'notes', file_ids: [file.id] });
  expect(store).toMatchObject({ object: 'vector_store', name: 'notes', file_counts: { total: 1 } });
  expect(await vectorStores.update(store.id, { name: 'more notes' })).toMatchObject({ name: 'more notes' });
  expect((await collect(await vectorStores.list())).map(({ id }) => id)).toEqual([store.id]);
  expect(await vectorStores.delete(store.id)).toMatchObject({ deleted: true });
  expect(await failure(vectorStores.create({ file_ids: ['file-none'] }))).toMatchObject({ status: 404 });
});

test('what is made with one key is not there for another', async () => {
  await using upstream = await simulatedOpenAI();
  const client = clientOf(upstream);
  const made = await client.files.create({ file: await inputFile(), purpose: 'batch' });
  const other = client.withOptions({ apiKey: 'sk-other' });
  expect(await failure(other.files.retrieve(made.id))).toMatchObject({ status: 404 });
  expect(await collect(await other.files.list())).toEqual([]);
});
