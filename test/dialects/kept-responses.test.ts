import {
  createGateway,
  memoryStore,
  openai,
  openaiCompatible,
  type Store,
  type StoreKey,
} from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { describe, expect, test, vi } from 'vitest';
import { byOpenAI, clientOf, eventsOf, openWorld, responseObject } from './responses-world.ts';

/** A store that tells what it was asked. */
function watched(): Store & { readonly read: StoreKey[]; readonly written: string[] } {
  const store = memoryStore();
  const read: StoreKey[] = [];
  const written: string[] = [];
  return {
    read,
    written,
    get: (key) => {
      read.push(key);
      return store.get(key);
    },
    set: (key, value, milliseconds) => {
      written.push(value);
      return store.set(key, value, milliseconds);
    },
    delete: (key) => store.delete(key),
  };
}

describe('what is kept of a response', () => {
  test('is its part of the conversation, and no secret of its tools', async () => {
    const memory = watched();
    await using at = await openWorld({ memory });
    const tools = [
      {
        type: 'mcp' as const,
        server_label: 's',
        server_url: 'https://mcp.test',
        authorization: 'canary-key',
      },
    ];
    for (const model of ['gpt', 'writer'])
      await at.client.responses.create({ model, input: 'Where?', instructions: 'Be short.', tools });
    expect(memory.written.join('')).toContain('Where?');
    expect(memory.written.join('')).not.toContain('canary-key');
  });

  test('is the answer from a large whole one, too', async () => {
    const picture = { id: 'ig_1', type: 'image_generation_call', result: 'A'.repeat(5_000_000) };
    const large = byOpenAI('resp_large', '', { output: [picture] });
    await using at = await openWorld({ says: [large, byOpenAI('resp_2', 'Blue.')] });
    const made = await at.client.responses.create({ model: 'gpt', input: 'A cat' });
    expect(made.output).toHaveLength(1);
    await at.client.responses.create({ model: 'gpt', input: 'Blue', previous_response_id: made.id });
    expect(at.openai.requests).toHaveLength(2);
    const { output } = await at.client.responses.retrieve(made.id);
    expect(output).toHaveLength(2);
  });

  test('is there before the caller hears that the response is complete', async () => {
    const kept = Promise.withResolvers<void>();
    const set = vi.fn<Store['set']>(() => kept.promise);
    const memory = { ...watched(), set };
    const response = responseObject('resp_1', 'Hi', { object: undefined });
    const says = [eventsOf({ type: 'response.created', response }, { type: 'response.completed', response })];
    await using at = await openWorld({ memory, says });
    const types: string[] = [];
    const reading = (async () => {
      const events = await at.client.responses.create({ model: 'gpt', input: 'x', stream: true });
      for await (const { type } of events) types.push(type);
    })();
    await vi.waitFor(() => expect(set).toHaveBeenCalled());
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(types).not.toContain('response.completed');
    kept.resolve();
    await reading;
    expect(types.at(-1)).toBe('response.completed');
  });

  test('begins with its first event where it goes on without its caller', async () => {
    const queued = responseObject('resp_1', '', { status: 'queued', background: true, output: [] });
    const delta = { item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Do' };
    const stream = eventsOf(
      { type: 'response.created', response: queued },
      { type: 'response.output_item.added', output_index: 0, item: { id: 'msg_1', type: 'message' } },
      { type: 'response.output_text.delta', ...delta },
      { type: 'response.completed', response: responseObject('resp_1', 'Done.') },
    );
    await using at = await openWorld({ says: [stream, byOpenAI('resp_1', 'Done.')] });
    at.openai.fail({ type: 'hang-mid-stream', afterEvents: 3 }, { times: 1 });
    const asked = { model: 'gpt', input: 'x', stream: true, background: true } as const;
    const events = await at.client.responses.create(asked);
    for await (const { type } of events) if (type === 'response.output_text.delta') break;
    const done = await at.client.responses.retrieve('resp_1');
    expect(done.output_text).toBe('Done.');
  });
});

test('a stream that its caller leaves ends at its upstream, and nothing of it is kept', async () => {
  const response = responseObject('resp_1', 'Done.');
  const delta = { item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Do' };
  const stream = eventsOf(
    { type: 'response.created', response },
    { type: 'response.output_item.added', output_index: 0, item: { id: 'msg_1', type: 'message' } },
    { type: 'response.output_text.delta', ...delta },
    { type: 'response.completed', response },
  );
  await using at = await openWorld({ says: [stream] });
  at.openai.fail({ type: 'hang-mid-stream', afterEvents: 3 });
  const events = await at.client.responses.create({ model: 'gpt', input: 'x', stream: true });
  for await (const { type } of events) if (type === 'response.output_text.delta') break;
  await vi.waitFor(() => expect(at.openai.requests[0]?.abortedAt).toBeDefined());
  await expect(at.client.responses.retrieve('resp_1')).rejects.toMatchObject({ status: 404 });
});

describe('a conversation that goes on', () => {
  test('at who keeps it is not read from its beginning', async () => {
    const memory = watched();
    const says = ['1', '2', '3', '4'].map((id) => byOpenAI(`resp_${id}`, id));
    await using at = await openWorld({ memory, says });
    let previous: string | null = null;
    for (let turn = 0; turn < 4; turn++) {
      const asked = { model: 'gpt', input: 'And?', previous_response_id: previous };
      const answer: { id: string } = await at.client.responses.create(asked);
      previous = answer.id;
    }
    expect(memory.read.map(({ id }) => id)).toEqual(['resp_1', 'resp_2', 'resp_3']);
  });

  test('in a circle, because an upstream gives one id twice, is told to have no beginning', async () => {
    await using at = await openWorld();
    await at.client.responses.create({ model: 'gpt', input: 'Where?' });
    const again = { input: 'And?', previous_response_id: 'resp_theirs' };
    await at.client.responses.create({ model: 'gpt', ...again });
    await expect(at.client.responses.create({ model: 'writer', ...again })).rejects.toMatchObject({
      code: 'previous_response_not_found',
    });
    expect(at.claude.requests).toHaveLength(0);
  });

  test('at another account takes no ids of the first along, by which things would be looked for there', async () => {
    await using other = await replay(byOpenAI('resp_other', 'Sure.'));
    await using first = await replay(byOpenAI('resp_first', 'In France.'));
    await using gateway = createGateway({
      open: true,
      upstreams: {
        first: openai({ apiKey: 'k', baseURL: first.baseURL }),
        other: openai({ apiKey: 'k', baseURL: other.baseURL }),
      },
      models: { one: 'first/gpt-5.2', two: 'other/gpt-5.2' },
    });
    const client = clientOf(gateway);
    const { id } = await client.responses.create({ model: 'one', input: 'Where?' });
    await client.responses.create({ model: 'two', input: 'Sure?', previous_response_id: id });
    const [asked] = other.requests;
    expect(asked?.body).toMatchObject({
      input: [
        { role: 'user' },
        { role: 'assistant', content: [{ type: 'output_text', text: 'In France.' }] },
        { role: 'user' },
      ],
    });
    expect(JSON.stringify(asked?.body)).not.toMatch(/rs_1|msg_1|resp_first/);
  });

  test('with an answer that is still being made is refused by whoever does not make it', async () => {
    const queued = byOpenAI('resp_1', '', { status: 'queued', background: true, output: [] });
    await using at = await openWorld({ says: [queued, byOpenAI('resp_1', 'Done.', { background: true })] });
    await at.client.responses.create({ model: 'gpt', input: 'x', background: true });
    const next = { model: 'writer', input: 'y', previous_response_id: 'resp_1' };
    await expect(at.client.responses.create(next)).rejects.toMatchObject({
      status: 400,
      param: 'previous_response_id',
    });
    // Now it is known to be done, and what it says.
    await at.client.responses.retrieve('resp_1');
    await at.client.responses.create(next);
    expect(JSON.stringify(at.claude.requests[0]?.body)).toContain('Done.');
  });

  test('stays with the gateway where its upstream may keep no data', async () => {
    await using at = await openWorld({ says: [byOpenAI('resp_1', 'In France.', { store: false })] });
    await at.client.responses.create({ model: 'gpt', input: 'Where?' });
    await at.client.responses.create({ model: 'gpt', input: 'Sure?', previous_response_id: 'resp_1' });
    const asked = JSON.stringify(at.openai.requests[1]?.body);
    expect(asked).toContain('In France.');
    expect(asked).not.toContain('resp_1');
    expect((await at.client.responses.retrieve('resp_1')).output_text).toBe('In France.');
    expect(at.openai.requests).toHaveLength(2);
  });

  test('goes to a target that has what it refers to, where another comes first', async () => {
    await using at = await openWorld();
    const asked = { model: 'both', input: 'x', conversation: 'conv_1' };
    await at.client.responses.create(asked);
    expect(at.openai.requests[0]?.body).toMatchObject({ conversation: 'conv_1' });
    expect(at.claude.requests).toHaveLength(0);
    await expect(at.client.responses.create({ ...asked, model: 'writer' })).rejects.toMatchObject({
      param: 'conversation',
    });
  });

  test('refers to what its upstream keeps also where it brings what another vendor signed', async () => {
    await using at = await openWorld();
    const { output } = await at.client.responses.create({ model: 'writer', input: 'Where?' });
    const input = [...output, { role: 'user' as const, content: 'Sure?' }];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The SDK's own types for what it gives and takes differ.
    const items = input as NonNullable<Parameters<typeof at.client.responses.create>[0]['input']>;
    await at.client.responses.create({ model: 'gpt', input: items, prompt: { id: 'pmpt_1' } });
    const asked = JSON.stringify(at.openai.requests[0]?.body);
    expect(asked).toContain('pmpt_1');
    expect(asked).not.toMatch(/_ve_|dmU6/);
  });

  test('does not show OpenAI the ids that the gateway made up, signed or not', async () => {
    await using at = await openWorld();
    const thought = { type: 'reasoning' as const, id: 'rs_ve_x_0', summary: [] };
    await at.client.responses.create({ model: 'gpt', input: [thought, { role: 'user', content: 'x' }] });
    expect(JSON.stringify(at.openai.requests[0]?.body)).not.toContain('_ve_');
  });

  test.each(['resp_1', { id: 'resp_1' }, 'x'.repeat(600)])(
    'from %j cannot be counted by a gateway that does not know it',
    async (previous) => {
      await using gateway = createGateway({
        open: true,
        upstreams: { up: openaiCompatible({ baseURL: 'http://127.0.0.1:9/v1' }) },
        models: { any: 'up/m' },
      });
      const response = await gateway.fetch('http://gateway/v1/responses/input_tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'any', input: 'x', previous_response_id: previous }),
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { param: 'previous_response_id' } });
    },
  );
});

describe('the owner of a response', () => {
  const ownersOf = [
    ['a tenant', { 'x-tenant': '7' }, 'a person of the same name', { 'x-user': '7' }],
    ['a tenant', { 'x-tenant': 'user 7' }, 'a person', { 'x-user': '7' }],
    [
      'a person',
      { 'x-tenant': '', 'x-user': '1' },
      'another without a tenant',
      { 'x-tenant': '', 'x-user': '2' },
    ],
    ['a tenant', { 'x-tenant': 'acme' }, 'somebody without a name', {}],
  ] as const;

  test.each(ownersOf)('%s %j is not %s %j', async (_one, owner, _other, stranger) => {
    await using at = await openWorld();
    const made = await clientOf(at.gateway, owner).responses.create({ model: 'writer', input: 'x' });
    const other = clientOf(at.gateway, stranger);
    await expect(other.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    expect(await clientOf(at.gateway, owner).responses.retrieve(made.id)).toMatchObject({ id: made.id });
  });

  test('is told apart wherever callers are: an id that is not known here goes to no upstream', async () => {
    await using at = await openWorld();
    const nobody = clientOf(at.gateway, {});
    const asked = { model: 'gpt', input: 'x', previous_response_id: 'resp_of_somebody' };
    await expect(nobody.responses.create(asked)).rejects.toMatchObject({ status: 400 });
    // Names may be written in more than one way.
    const hidden = JSON.stringify(asked).replace('previous_', String.raw`previous\u005f`);
    const response = await at.gateway.fetch('http://gateway/v1/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: hidden,
    });
    expect(response.status).toBe(400);
    expect(at.openai.requests).toHaveLength(0);
  });
});

describe('a question about a response that its upstream keeps', () => {
  test('tells nothing of the address that is between the caller and the host', async () => {
    await using at = await openWorld();
    await at.client.responses.create({ model: 'gpt', input: 'x' });
    const address =
      'http://gateway/v1/responses/resp_theirs?include[]=a%23b%0d%0ac&access_token=canary&limit=3';
    const response = await at.gateway.fetch(address, { headers: { 'x-tenant': 'acme' } });
    expect(response.status).toBe(200);
    expect(at.openai.requests[1]?.path).toBe('/v1/responses/resp_theirs?include%5B%5D=a%23b%0D%0Ac&limit=3');
  });

  test('is answered with 404 once that upstream is no more', async () => {
    const memory = memoryStore();
    await using at = await openWorld({ memory });
    await at.client.responses.create({ model: 'gpt', input: 'x' });
    await using upstream = await replay(byOpenAI('resp_new', 'Hm.'));
    await using renamed = createGateway({
      upstreams: { renamed: openai({ apiKey: 'k', baseURL: upstream.baseURL }) },
      models: { gpt: 'renamed/gpt-5.2' },
      identify: () => ({ tenant: 'acme' }),
      memory,
    });
    const client = clientOf(renamed);
    await expect(client.responses.retrieve('resp_theirs')).rejects.toMatchObject({ status: 404 });
    // What was said is known all the same.
    await client.responses.create({ model: 'gpt', input: 'And?', previous_response_id: 'resp_theirs' });
    expect(JSON.stringify(upstream.requests[0]?.body)).toContain('In France.');
  });

  test('forgets it where the upstream has forgotten it before', async () => {
    const memory = memoryStore();
    await using at = await openWorld({ memory });
    await at.client.responses.create({ model: 'gpt', input: 'x' });
    at.openai.fail({ type: 'status', status: 404 });
    await expect(at.client.responses.delete('resp_theirs')).rejects.toMatchObject({ status: 404 });
    expect(await memory.get({ tenant: 'acme', kind: 'response', id: 'resp_theirs' })).toBeUndefined();
  });

  test.each(['..%2f..%2fv1%2ffiles', '%2e%2e', 'resp_theirs%2f..%2fx', '%00', 'ü', 'resp_theirs%23'])(
    'under the id %s reaches nobody',
    async (id) => {
      await using at = await openWorld();
      await at.client.responses.create({ model: 'gpt', input: 'x' });
      for (const below of ['', '/cancel', '/input_items']) {
        const method = below === '/cancel' ? 'POST' : 'GET';
        const address = `http://gateway/v1/responses/${id}${below}`;
        const response = await at.gateway.fetch(address, { method, headers: { 'x-tenant': 'acme' } });
        expect([400, 404]).toContain(response.status);
      }
      expect(at.openai.requests).toHaveLength(1);
    },
  );
});
