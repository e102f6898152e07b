import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import {
  anthropic,
  createGateway,
  type EndEvent,
  type Gateway,
  gemini,
  memoryStore,
  openai,
} from '@vector-engine/core';
import {
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedGemini,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { expect, test } from 'vitest';
import { startHost } from '../hosts/hosts.ts';
import { byHeader, collect, failure } from './support.ts';

/* The vendors' own SDKs, at the vendors' own paths below the upstream's name. */

interface Town extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly claude: SimulatedUpstream;
  readonly google: SimulatedUpstream;
  /** `https://host/ai` */
  readonly mount: string;
  anthropicAs(tenant: string): Anthropic;
}

async function openTown(): Promise<Town> {
  const [claude, google, direct] = [
    await simulatedAnthropic({ apiKeys: ['sk-ant-of-the-operator'] }),
    await simulatedGemini({ apiKeys: ['key-of-the-operator'] }),
    await simulatedOpenAI({ apiKeys: ['sk-of-the-operator'] }),
  ];
  const gateway = createGateway({
    upstreams: {
      claude: anthropic({ baseURL: `${claude.baseURL}/v1`, apiKey: 'sk-ant-of-the-operator' }),
      google: gemini({ baseURL: `${google.baseURL}/v1beta`, apiKey: 'key-of-the-operator' }),
      direct: openai({ baseURL: direct.baseURL, apiKey: 'sk-of-the-operator' }),
    },
    native: ['claude', 'google', 'direct'],
    passthrough: 'direct',
    identify: byHeader,
    memory: memoryStore(),
  });
  const host = await startHost('Express 5', gateway, '/ai');
  const mount = `${host.origin}/ai`;
  return {
    gateway,
    claude,
    google,
    mount,
    anthropicAs: (tenant) =>
      new Anthropic({
        baseURL: `${mount}/claude`,
        apiKey: 'sk-ant-of-the-caller',
        maxRetries: 0,
        defaultHeaders: { 'x-tenant': tenant },
      }),
    async [Symbol.asyncDispose]() {
      await host.close();
      await gateway.close({ grace: 0 });
      await Promise.all([claude.close(), google.close(), direct.close()]);
    },
  };
}

const params = {
  model: 'claude-opus-4-6',
  max_tokens: 10,
  messages: [{ role: 'user' as const, content: 'hi' }],
};

test('Anthropic’s batches are made, end, and give their results, to their owner only', async () => {
  await using town = await openTown();
  const { batches } = town.anthropicAs('acme').messages;
  const made = await batches.create({ requests: [{ custom_id: 'one', params }] });
  // The SDK goes to the address that it is told; it leads back to the gateway.
  const done = await batches.retrieve(made.id);
  expect(done.results_url).toBe(`${town.mount}/claude/v1/messages/batches/${made.id}/results`);
  expect(await collect(await batches.results(made.id))).toMatchObject([{ custom_id: 'one' }]);
  expect((await collect(batches.list({ limit: 1 }))).map(({ id }) => id)).toEqual([made.id]);
  const other = town.anthropicAs('other').messages.batches;
  const error = await failure(other.retrieve(made.id));
  expect(error).toMatchObject({ status: 404, error: { type: 'error', error: { type: 'not_found_error' } } });
  expect(await failure(other.results(made.id))).toMatchObject({ status: 404 });
  expect(await collect(other.list())).toEqual([]);
  expect(await batches.delete(made.id)).toMatchObject({ type: 'message_batch_deleted' });
  expect(await failure(batches.retrieve(made.id))).toMatchObject({ status: 404 });
});

test('Anthropic’s files are uploaded, listed, read and deleted, by their owner only', async () => {
  await using town = await openTown();
  const [acme, other] = [town.anthropicAs('acme').beta.files, town.anthropicAs('other').beta.files];
  const own: string[] = [];
  for (const index of [0, 1, 2, 3, 4]) {
    const name = `${index}.txt`;
    const files = index % 2 === 0 ? acme : other;
    const { id } = await files.upload({ file: await toFile(Buffer.from(name), name) });
    if (files === acme) own.unshift(id);
  }
  const [first = ''] = own;
  for (const limit of [1, 2, 10])
    expect((await collect(acme.list({ limit }))).map(({ id }) => id)).toEqual(own);
  const content = await acme.download(first);
  expect(await content.text()).toBe('4.txt');
  expect(content.headers.get('content-disposition')).toBe('attachment; filename="4.txt"');
  expect(await failure(other.download(first))).toMatchObject({ status: 404 });
  expect(await acme.delete(first)).toMatchObject({ id: first });
  expect(await failure(acme.retrieveMetadata(first))).toMatchObject({ status: 404 });
});

test('Google’s files are uploaded through an address that leads back here', async () => {
  await using town = await openTown();
  const { files } = new GoogleGenAI({
    apiKey: 'key-of-the-caller',
    httpOptions: { baseUrl: `${town.mount}/google`, headers: { 'x-tenant': 'acme' } },
  });
  const file = new Blob([Buffer.alloc(8_388_608 + 10)], { type: 'text/plain' });
  const made = await files.upload({ file, config: { displayName: 'zeros' } });
  expect(made).toMatchObject({ displayName: 'zeros', sizeBytes: '8388618', state: 'ACTIVE' });
  expect(await files.get({ name: made.name ?? '' })).toMatchObject({ name: made.name });
  await files.delete({ name: made.name ?? '' });
  expect(await failure(files.get({ name: made.name ?? '' }))).toMatchObject({ status: 404 });
  const answer = await fetch(`${town.mount}/google/upload/v1beta/files?key=of-the-caller`, {
    method: 'POST',
    headers: {
      'x-tenant': 'acme',
      'content-type': 'application/json',
      'x-goog-upload-protocol': 'resumable',
      'x-goog-upload-command': 'start',
    },
    body: '{}',
  });
  const headers = Object.fromEntries(answer.headers);
  expect(headers['x-goog-upload-url']).toMatch(`${town.mount}/google/upload/v1beta/files?upload_id=`);
  expect(headers['x-goog-upload-status']).toBe('active');
  expect(JSON.stringify(headers)).not.toContain(new URL(town.google.origin).host);
  const told = JSON.stringify(town.google.requests.map(({ path, headers: sent }) => [path, sent]));
  expect(told).not.toContain('of-the-caller');
  expect(town.google.requests.every((one) => one.headers['x-goog-api-key'] === 'key-of-the-operator')).toBe(
    true,
  );
});

test('a conversation in the vendor’s own API passes, and what it used is read', async () => {
  await using town = await openTown();
  const ends: EndEvent[] = [];
  town.gateway.on('end', (event) => ends.push(event));
  const answer = await town.anthropicAs('acme').messages.create(params);
  expect(answer.content[0]).toMatchObject({ type: 'text' });
  const client = new OpenAI({
    baseURL: `${town.mount}/direct/v1`,
    apiKey: 'sk-of-the-caller',
    defaultHeaders: { 'x-tenant': 'acme' },
  });
  const chat = await client.chat.completions.create({ ...params, model: 'gpt-4o' });
  const google = new GoogleGenAI({
    apiKey: 'key-of-the-caller',
    httpOptions: { baseUrl: `${town.mount}/google`, headers: { 'x-tenant': 'acme' } },
  });
  const { usageMetadata } = await google.models.generateContent({
    model: 'gemini-2.5-flash',
    contents: 'hi',
  });
  const written = (usageMetadata?.candidatesTokenCount ?? 0) + (usageMetadata?.thoughtsTokenCount ?? 0);
  await expect.poll(() => ends.length).toBe(3);
  expect(
    ends.map(({ request, usage }) => [
      request?.operation,
      request?.model,
      usage?.inputTokens,
      usage?.outputTokens,
    ]),
  ).toEqual([
    ['native', 'messages', answer.usage.input_tokens, answer.usage.output_tokens],
    ['native', 'chat', chat.usage?.prompt_tokens, chat.usage?.completion_tokens],
    ['native', 'models', usageMetadata?.promptTokenCount, written],
  ]);
  // It streams as well.
  const stream = town.anthropicAs('acme').messages.stream(params);
  expect(await stream.finalText()).toBe(
    answer.content.map((block) => ('text' in block ? block.text : '')).join(''),
  );
});

function at(base: string, tenant: string): OpenAI {
  return new OpenAI({
    baseURL: base,
    apiKey: 'x',
    maxRetries: 0,
    defaultHeaders: { 'x-tenant': tenant },
  });
}

test('an upstream’s own paths know whose a file is as /v1 does', async () => {
  await using town = await openTown();
  const file = await at(`${town.mount}/v1`, 'acme').files.create({
    file: await toFile(Buffer.from('{}'), 'a.jsonl'),
    purpose: 'batch',
  });
  expect(await at(`${town.mount}/direct/v1`, 'acme').files.retrieve(file.id)).toEqual(file);
  expect(await failure(at(`${town.mount}/direct/v1`, 'other').files.retrieve(file.id))).toMatchObject({
    status: 404,
  });
  const answer = await fetch(`${town.mount}/direct/v1/Files/${file.id}`, {
    headers: { 'x-tenant': 'other' },
  });
  expect(answer.status).toBe(404);
});

test('only what is below the upstream’s base URL is reached, and only of upstreams that are named', async () => {
  await using town = await openTown();
  const status = async (path: string): Promise<number> =>
    (await fetch(town.mount + path, { headers: { 'x-tenant': 'acme' } })).status;
  expect(await status('/claude/v1/models')).toBe(200);
  for (const path of [
    '/claude',
    '/claude/',
    '/claude/v2/models',
    '/claude/models',
    '/claude/upload/v1/files',
  ])
    expect([path, await status(path)]).toEqual([path, path.endsWith('/') ? 400 : 404]);
  expect(await status('/openai/v1/models')).toBe(404);
  const paths = town.claude.requests.map(({ path }) => path);
  expect(paths).toEqual(['/v1/models']);
});
