import { GoogleGenAI } from '@google/genai';
import { expect, test } from 'vitest';
import { collect } from '../test/ask-with-sdk.ts';
import { failure } from '../test/catch-failure.ts';
import { simulatedGemini } from './index.ts';

/* Google's Files API as Google's own SDK reads it, with no gateway between. */

test('a file is uploaded in pieces, listed, read and deleted', async () => {
  await using upstream = await simulatedGemini();
  const { files } = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: upstream.baseURL } });
  // The SDK sends 8 MiB at a time.
  const file = new Blob([Buffer.alloc(8_388_608 + 10)], { type: 'text/plain' });
  const made = await files.upload({ file, config: { displayName: 'zeros' } });
  expect(made).toMatchObject({
    displayName: 'zeros',
    mimeType: 'text/plain',
    sizeBytes: '8388618',
    state: 'ACTIVE',
    uri: `${upstream.origin}/v1beta/${made.name}`,
  });
  expect(await files.get({ name: made.name ?? '' })).toMatchObject({ name: made.name });
  expect((await collect(await files.list())).map(({ name }) => name)).toEqual([made.name]);
  await files.delete({ name: made.name ?? '' });
  expect(await failure(files.get({ name: made.name ?? '' }))).toMatchObject({ status: 404 });
});
