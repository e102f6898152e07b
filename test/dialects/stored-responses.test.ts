import {
  anthropic,
  createGateway,
  type Gateway,
  memoryStore,
  openai,
  openaiCompatible,
} from '@vector-engine/core';
import { type Recording, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test, vi } from 'vitest';

const json = { 'content-type': 'application/json' };

const byClaude: Recording = {
  headers: json,
  body: JSON.stringify({
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-4-6',
    content: [
      { type: 'thinking', thinking: 'A city.', signature: 'c2lnbmVk' },
      { type: 'text', text: 'Paris.' },
    ],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 9, output_tokens: 3 },
  }),
};
const sse = { 'content-type': 'text/event-stream' };
const inChat: Recording = {
  headers: sse,
  body: ['Par', 'is.']
    .map((content) => chunk({ content }))
    .concat(chunk({}, 'stop'), 'data: [DONE]\n\n')
    .join(''),
};

function chunk(delta: object, reason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: reason }];
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`;
}

const responseOf = (id: string, text: string): object => ({
  id,
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'gpt-5.2',
  output: [
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text, annotations: [] }],
    },
  ],
  usage: {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 1,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 2,
  },
});
const byOpenAI: Recording = { headers: json, body: JSON.stringify(responseOf('resp_theirs', 'In France.')) };

const bodies = ({ requests }: SimulatedUpstream): string[] =>
  requests.map(({ body }) => JSON.stringify(body));

function clientOf(gateway: Gateway, tenant = 'acme'): OpenAI {
  return new OpenAI({
    apiKey: 'x',
    baseURL: 'http://gateway/v1',
    maxRetries: 0,
    fetch: gateway.fetch,
    defaultHeaders: { 'x-tenant': tenant },
  });
}

const identify = (request: unknown): { tenant: string } => ({
  tenant: (request as Request).headers.get('x-tenant') ?? '',
});

async function ownHost(recording: Recording | readonly Recording[] = byClaude) {
  const claude = await replay(recording);
  const gateway = createGateway({
    upstreams: { claude: anthropic({ apiKey: 'k', baseURL: claude.baseURL }) },
    models: { writer: 'claude/claude-opus-4-6' },
    identify,
  });
  return {
    claude,
    gateway,
    client: clientOf(gateway),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await claude[Symbol.asyncDispose]();
    },
  };
}

describe('a response that no upstream keeps', () => {
  test('is given again by its id, until it is deleted', async () => {
    await using at = await ownHost();
    const made = await at.client.responses.create({ model: 'writer', input: 'The capital?' });
    expect(made).toMatchObject({ store: true });
    expect(await at.client.responses.retrieve(made.id)).toEqual(made);
    await at.client.responses.delete(made.id);
    await expect(at.client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    await expect(at.client.responses.delete(made.id)).rejects.toMatchObject({ status: 404 });
  });

  test('is gone on from: the upstream gets all that was said, with the thoughts signed', async () => {
    await using at = await ownHost();
    const first = await at.client.responses.create({
      model: 'writer',
      input: 'The capital?',
      instructions: 'Be short.',
    });
    const second = await at.client.responses.create({
      model: 'writer',
      input: [{ role: 'user', content: 'Are you sure?' }],
      previous_response_id: first.id,
    });
    expect(second.previous_response_id).toBe(first.id);
    await at.client.responses.create({ model: 'writer', input: 'Really?', previous_response_id: second.id });
    const [, , third] = at.claude.requests;
    expect(third?.body).toMatchObject({
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', signature: 'c2lnbmVk' },
            { type: 'text', text: 'Paris.' },
          ],
        },
        { role: 'user' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', signature: 'c2lnbmVk' },
            { type: 'text', text: 'Paris.' },
          ],
        },
        { role: 'user' },
      ],
    });
    // Instructions are not part of a conversation.
    expect(JSON.stringify(third?.body)).not.toContain('Be short.');
  });

  test('lists the items that it was given, in pages', async () => {
    await using at = await ownHost();
    const first = await at.client.responses.create({ model: 'writer', input: 'The capital?' });
    const { id } = await at.client.responses.create({
      model: 'writer',
      input: 'Sure?',
      previous_response_id: first.id,
    });
    const items: unknown[] = [];
    for await (const item of at.client.responses.inputItems.list(id, { limit: 1, order: 'asc' }))
      items.push(item);
    expect(items).toMatchObject([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'The capital?' }] },
      { type: 'reasoning' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Paris.' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Sure?' }] },
    ]);
    const { data } = await at.client.responses.inputItems.list(id);
    expect(data.map((item) => item.type)).toEqual(['message', 'message', 'reasoning', 'message']);
    await expect(at.client.responses.inputItems.list(id, { limit: 0 })).rejects.toMatchObject({
      status: 400,
      param: 'limit',
    });
    await expect(at.client.responses.inputItems.list(id, { after: 'nobody' })).rejects.toMatchObject({
      param: 'after',
    });
  });

  test('belongs to its tenant', async () => {
    await using at = await ownHost();
    const made = await at.client.responses.create({ model: 'writer', input: 'Our secret' });
    const other = clientOf(at.gateway, 'other');
    await expect(other.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    await expect(other.responses.inputItems.list(made.id)).rejects.toMatchObject({ status: 404 });
    await expect(other.responses.delete(made.id)).rejects.toMatchObject({ status: 404 });
    await expect(
      other.responses.create({ model: 'writer', input: 'What was it?', previous_response_id: made.id }),
    ).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    });
    expect(await at.client.responses.retrieve(made.id)).toMatchObject({ id: made.id });
  });

  test('is not kept where the caller says so', async () => {
    await using at = await ownHost();
    const made = await at.client.responses.create({ model: 'writer', input: 'x', store: false });
    expect(made).toMatchObject({ store: false });
    await expect(at.client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
  });

  test('cannot be cancelled, nor streamed again: it was not made in the background', async () => {
    await using at = await ownHost();
    const made = await at.client.responses.create({ model: 'writer', input: 'x' });
    await expect(at.client.responses.cancel(made.id)).rejects.toMatchObject({ status: 400 });
    await expect(at.client.responses.retrieve(made.id, { stream: true })).rejects.toMatchObject({
      status: 400,
    });
  });

  test('is kept from a stream, before the stream ends', async () => {
    const upstream = await replay(inChat);
    await using gateway = createGateway({
      upstreams: { chat: openaiCompatible({ baseURL: upstream.baseURL, models: ['m'] }) },
      open: true,
    });
    const client = clientOf(gateway);
    const final = await client.responses.stream({ model: 'm', input: 'The capital?' }).finalResponse();
    expect(final.output_text).toBe('Paris.');
    const again = await client.responses.retrieve(final.id);
    expect(again.output).toMatchObject([{ content: [{ text: 'Paris.' }] }]);
    const events = await client.responses.create({
      model: 'm',
      input: 'Sure?',
      previous_response_id: final.id,
      stream: true,
    });
    for await (const _ of events);
    expect(bodies(upstream)[1]).toContain('"content":"Paris."');
    await upstream[Symbol.asyncDispose]();
  });
});

async function backgroundHost() {
  const claude = await replay(byClaude);
  const gateway = createGateway({
    upstreams: { claude: anthropic({ apiKey: 'k', baseURL: claude.baseURL }) },
    models: { writer: 'claude/claude-opus-4-6' },
    identify,
    retry: { rounds: 0 },
  });
  return {
    claude,
    gateway,
    client: clientOf(gateway),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await claude[Symbol.asyncDispose]();
    },
  };
}

async function settled(client: OpenAI, id: string): Promise<OpenAI.Responses.Response> {
  return vi.waitFor(async () => {
    const response = await client.responses.retrieve(id);
    expect(response.status).not.toBe('queued');
    return response;
  });
}

describe('a response that is made in the background, of a model whose upstream knows no such thing', () => {
  test('is queued at once, and there when it is asked for later', async () => {
    await using at = await backgroundHost();
    const queued = await at.client.responses.create({
      model: 'writer',
      input: 'The capital?',
      background: true,
    });
    expect(queued).toMatchObject({ status: 'queued', background: true, output: [] });
    const done = await settled(at.client, queued.id);
    expect(done).toMatchObject({
      id: queued.id,
      status: 'completed',
      background: true,
      store: true,
      output_text: 'Paris.',
    });
    const next = await at.client.responses.create({
      model: 'writer',
      input: 'Sure?',
      previous_response_id: queued.id,
    });
    expect(next.output_text).toBe('Paris.');
    expect(JSON.stringify(at.claude.requests[1]?.body)).toContain('Paris.');
    expect(await at.client.responses.cancel(queued.id)).toMatchObject({ status: 'completed' });
  });

  test('ends at the upstream when it is cancelled', async () => {
    await using at = await backgroundHost();
    at.claude.fail({ type: 'hang' });
    const { id } = await at.client.responses.create({ model: 'writer', input: 'x', background: true });
    await vi.waitFor(() => expect(at.claude.requests).toHaveLength(1));
    expect(await at.client.responses.cancel(id)).toMatchObject({ id, status: 'cancelled' });
    await vi.waitFor(() => expect(at.claude.requests[0]?.abortedAt).toBeDefined());
    expect(await at.client.responses.retrieve(id)).toMatchObject({ status: 'cancelled' });
  });

  test('tells why it failed', async () => {
    await using at = await backgroundHost();
    at.claude.fail({ type: 'status', status: 400 });
    const { id } = await at.client.responses.create({ model: 'writer', input: 'x', background: true });
    const failed = await settled(at.client, id);
    expect(failed.status).toBe('failed');
    expect(failed.error?.message).toEqual(expect.any(String));
  });

  test('cannot be streamed, nor go without being stored', async () => {
    await using at = await backgroundHost();
    const body = { model: 'writer', input: 'x', background: true };
    await expect(at.client.responses.create({ ...body, stream: true })).rejects.toMatchObject({
      status: 400,
      param: 'stream',
    });
    await expect(at.client.responses.create({ ...body, store: false })).rejects.toMatchObject({
      param: 'background',
    });
  });
});

test('nothing is kept where memory is off', async () => {
  await using claude = await replay(byClaude);
  await using gateway = createGateway({
    upstreams: { claude: anthropic({ apiKey: 'k', baseURL: claude.baseURL }) },
    models: { writer: 'claude/claude-opus-4-6' },
    memory: false,
    open: true,
  });
  const client = clientOf(gateway);
  const made = await client.responses.create({ model: 'writer', input: 'x' });
  await expect(client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
  await expect(
    client.responses.create({ model: 'writer', input: 'y', previous_response_id: made.id }),
  ).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
});

const fail = (): Promise<never> => Promise.reject(new Error('the store is down'));

test('a store that cannot be reached is told to who asks it, and keeps nobody from an answer', async () => {
  await using claude = await replay(byClaude);
  await using gateway = createGateway({
    upstreams: { claude: anthropic({ apiKey: 'k', baseURL: claude.baseURL }) },
    models: { writer: 'claude/claude-opus-4-6' },
    memory: { get: fail, set: fail, delete: fail },
    open: true,
  });
  const client = clientOf(gateway);
  const made = await client.responses.create({ model: 'writer', input: 'x' });
  expect(made.output_text).toBe('Paris.');
  await expect(client.responses.retrieve(made.id)).rejects.toMatchObject({
    status: 503,
    code: 'store_failed',
  });
});

async function keepingHost(recordings: readonly Recording[]) {
  const upstream = await replay(recordings);
  const claude = await replay(byClaude);
  const gateway = createGateway({
    upstreams: {
      openai: openai({ apiKey: 'k', baseURL: upstream.baseURL }),
      claude: anthropic({ apiKey: 'k', baseURL: claude.baseURL }),
    },
    models: {
      gpt: 'openai/gpt-5.2',
      writer: 'claude/claude-opus-4-6',
      both: ['claude/claude-opus-4-6', 'openai/gpt-5.2'],
    },
    memory: memoryStore(),
    identify,
  });
  return {
    upstream,
    claude,
    gateway,
    client: clientOf(gateway),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await Promise.all([upstream[Symbol.asyncDispose](), claude[Symbol.asyncDispose]()]);
    },
  };
}

describe('a response that its upstream keeps', () => {
  test('is asked for there, and its id goes to nobody but its tenant', async () => {
    const again = { headers: json, body: JSON.stringify(responseOf('resp_theirs', 'As it is kept.')) };
    const deleted = {
      headers: json,
      body: JSON.stringify({ id: 'resp_theirs', object: 'response', deleted: true }),
    };
    await using at = await keepingHost([byOpenAI, again, again, again, deleted]);
    const made = await at.client.responses.create({ model: 'gpt', input: 'Where?' });
    expect(made.id).toBe('resp_theirs');
    expect(
      (await at.client.responses.retrieve(made.id, { include: ['reasoning.encrypted_content'] })).output_text,
    ).toBe('As it is kept.');
    await at.client.responses.cancel(made.id);
    await at.client.responses.inputItems.list(made.id, { limit: 3 });
    const other = clientOf(at.gateway, 'other');
    await expect(other.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    await at.client.responses.delete(made.id);
    expect(at.upstream.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/responses',
      'GET /v1/responses/resp_theirs?include%5B%5D=reasoning.encrypted_content',
      'POST /v1/responses/resp_theirs/cancel',
      'GET /v1/responses/resp_theirs/input_items?limit=3',
      'DELETE /v1/responses/resp_theirs',
    ]);
    await expect(at.client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    expect(at.upstream.requests).toHaveLength(5);
  });

  test('is gone on from there byte for byte, also where another target comes first', async () => {
    await using at = await keepingHost([byOpenAI]);
    await at.client.responses.create({ model: 'gpt', input: 'Where?' });
    await at.client.responses.create({ model: 'both', input: 'And?', previous_response_id: 'resp_theirs' });
    expect(at.upstream.requests[1]?.body).toEqual({
      model: 'gpt-5.2',
      input: 'And?',
      previous_response_id: 'resp_theirs',
    });
    expect(at.claude.requests).toHaveLength(0);
  });

  test('is gone on from at another vendor, which gets all that was said', async () => {
    await using at = await keepingHost([byOpenAI]);
    await at.client.responses.create({ model: 'gpt', input: 'Where?' });
    const second = await at.client.responses.create({
      model: 'writer',
      input: 'And?',
      previous_response_id: 'resp_theirs',
    });
    expect(at.claude.requests[0]?.body).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', content: 'In France.' }, { role: 'user' }],
    });
    // And back: what Claude thought is nothing for OpenAI.
    await at.client.responses.create({ model: 'gpt', input: 'Well?', previous_response_id: second.id });
    const [, back] = bodies(at.upstream);
    expect(back).toContain('In France.');
    expect(back).toContain('Paris.');
    expect(back).not.toContain('previous_response_id');
    expect(back).not.toContain('c2lnbmVk');
    expect(back).not.toContain('dmU6');
  });

  test('that nobody here knows is asked of the upstream where callers are not told apart, and of nobody where they are', async () => {
    await using at = await keepingHost([byOpenAI]);
    const asked = { model: 'gpt', input: 'And?', previous_response_id: 'resp_unknown' };
    await expect(at.client.responses.create(asked)).rejects.toMatchObject({
      code: 'previous_response_not_found',
    });
    expect(at.upstream.requests).toHaveLength(0);
    await using open = createGateway({
      upstreams: { openai: openai({ apiKey: 'k', baseURL: at.upstream.baseURL }) },
      models: { gpt: 'openai/gpt-5.2' },
      open: true,
    });
    await clientOf(open).responses.create(asked);
    expect(at.upstream.requests[0]?.body).toMatchObject({ previous_response_id: 'resp_unknown' });
  });
});
