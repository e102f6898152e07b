import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { collect } from '../test/ask-with-sdk.ts';
import { failure } from '../test/catch-failure.ts';
import { type SimulatedUpstream, simulatedAnthropic } from './index.ts';

/* Anthropic's message batches and files as Anthropic's own SDK reads them, with no gateway between. */

function clientOf(upstream: SimulatedUpstream): Anthropic {
  return new Anthropic({ baseURL: upstream.baseURL, apiKey: 'sk-ant-test', maxRetries: 0 });
}

const params = {
  model: 'claude-opus-4-6',
  max_tokens: 10,
  messages: [{ role: 'user' as const, content: 'hi' }],
};

test('a batch is made, ends, and gives its results', async () => {
  await using upstream = await simulatedAnthropic();
  const { batches } = clientOf(upstream).messages;
  const made = await batches.create({ requests: [{ custom_id: 'one', params }] });
  expect(made).toMatchObject({ type: 'message_batch', processing_status: 'in_progress' });
  expect(await batches.retrieve(made.id)).toMatchObject({ processing_status: 'ended' });
  const results = await collect(await batches.results(made.id));
  expect(results).toMatchObject([{ custom_id: 'one', result: { type: 'succeeded' } }]);
  expect((await collect(batches.list({ limit: 1 }))).map(({ id }) => id)).toEqual([made.id]);
  expect(await batches.delete(made.id)).toMatchObject({ type: 'message_batch_deleted' });
  expect(await failure(batches.retrieve(made.id))).toMatchObject({ status: 404 });
});

test('a file is uploaded, listed, read and deleted', async () => {
  await using upstream = await simulatedAnthropic();
  const { files } = clientOf(upstream).beta;
  const upload = async (name: string) => files.upload({ file: await toFile(Buffer.from(name), name) });
  const [first, second] = [await upload('first.txt'), await upload('second.txt')];
  expect(first).toMatchObject({ type: 'file', filename: 'first.txt', size_bytes: 9 });
  expect((await collect(files.list({ limit: 1 }))).map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(await (await files.download(first.id)).text()).toBe('first.txt');
  expect(await files.delete(first.id)).toMatchObject({ id: first.id });
  expect(await failure(files.retrieveMetadata(first.id))).toMatchObject({ status: 404 });
});
