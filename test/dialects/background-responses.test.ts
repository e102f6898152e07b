import { memoryStore, type Store } from '@vector-engine/core';
import { manualClock } from '@vector-engine/testing';
import type { OpenAI } from 'openai';
import { describe, expect, test, vi } from 'vitest';
import { byOpenAI, clientOf, identify, openWorld } from './responses-world.ts';

const asked = { model: 'writer', input: 'x', background: true } as const;

async function settled(client: OpenAI, id: string): Promise<OpenAI.Responses.Response> {
  return vi.waitFor(async () => {
    const response = await client.responses.retrieve(id);
    expect(response.status).not.toBe('queued');
    return response;
  });
}

describe('a response that the gateway makes in the background', () => {
  test('is made for whoever asked for it: the host is asked once who that is', async () => {
    const identified = vi.fn<typeof identify>(identify);
    await using at = await openWorld({ identify: identified });
    const { id } = await at.client.responses.create(asked);
    await vi.waitFor(() => expect(at.claude.requests).toHaveLength(1));
    expect(identified).toHaveBeenCalledOnce();
    expect((await settled(at.client, id)).output_text).toBe('Paris.');
  });

  test('is one of a hundred at most that one owner has under way', async () => {
    await using at = await openWorld();
    at.claude.fail({ type: 'hang' });
    const many = Array.from({ length: 101 }, () => at.client.responses.create(asked));
    const outcomes = await Promise.allSettled(many);
    const [refused, ...others] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(others).toHaveLength(0);
    expect(refused?.reason).toMatchObject({ status: 503, code: 'server_overloaded' });
    // Another owner has a hundred of its own, and what is cancelled makes room.
    const other = clientOf(at.gateway, { 'x-tenant': 'other' });
    expect(await other.responses.create(asked)).toMatchObject({ status: 'queued' });
    const [first] = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    await at.client.responses.cancel(first?.value.id ?? '');
    await vi.waitFor(() => at.client.responses.create(asked));
  });

  test('ends at the upstream when it is deleted', async () => {
    await using at = await openWorld();
    at.claude.fail({ type: 'hang' });
    const { id } = await at.client.responses.create(asked);
    await vi.waitFor(() => expect(at.claude.requests).toHaveLength(1));
    await at.client.responses.delete(id);
    await vi.waitFor(() => expect(at.claude.requests[0]?.abortedAt).toBeDefined());
    await expect(at.client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  test('has failed where the process that made it has ended before', async () => {
    const memory = memoryStore();
    const clock = manualClock();
    const lost = { queued: '' };
    {
      await using at = await openWorld({ memory, clock });
      const { id } = await at.client.responses.create(asked);
      lost.queued = (await memory.get({ tenant: 'acme', kind: 'response', id })) ?? '';
      await vi.waitFor(async () => expect((await at.client.responses.retrieve(id)).status).toBe('completed'));
      // As if the process had ended before it could keep the answer.
      await memory.set({ tenant: 'acme', kind: 'response', id: 'resp_lost' }, lost.queued, 3_600_000);
    }
    await using later = await openWorld({ memory, clock });
    expect(await later.client.responses.retrieve('resp_lost')).toMatchObject({ status: 'queued' });
    await clock.advance(1_000_000);
    expect(await later.client.responses.retrieve('resp_lost')).toMatchObject({
      status: 'failed',
      error: { code: 'server_error' },
    });
  });

  test('that is under way when the gateway closes is kept as failed, before it is closed', async () => {
    const kept = Promise.withResolvers<void>();
    const memory = memoryStore();
    const set = vi.fn<Store['set']>(async (key, value, milliseconds) => {
      if (value.includes('"status":"failed"')) await kept.promise;
      await memory.set(key, value, milliseconds);
    });
    const slow = { get: memory.get.bind(memory), set, delete: memory.delete.bind(memory) };
    await using at = await openWorld({ memory: slow });
    at.claude.fail({ type: 'hang' });
    const { id } = await at.client.responses.create(asked);
    await vi.waitFor(() => expect(at.claude.requests).toHaveLength(1));
    const told: string[] = [];
    const closing = at.gateway.close({ grace: 0 }).then(() => told.push('closed'));
    await vi.waitFor(() => expect(set.mock.lastCall?.[1]).toContain('failed'));
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(told).toEqual([]);
    kept.resolve();
    await closing;
    expect(await memory.get({ tenant: 'acme', kind: 'response', id })).toContain('failed');
  });

  test('has failed where a layer answers with what is no response', async () => {
    const answer = { kind: 'verbatim', status: 200, headers: {}, body: Buffer.from('Hm.') } as const;
    await using at = await openWorld({ layers: [() => () => Promise.resolve(answer)] });
    const { id } = await at.client.responses.create(asked);
    expect(await settled(at.client, id)).toMatchObject({ status: 'failed' });
  });
});

test('without memory nothing is made in the background, wherever: nobody could ask for it', async () => {
  await using at = await openWorld({ memory: false, says: [byOpenAI('resp_1', '', { status: 'queued' })] });
  for (const model of ['gpt', 'writer'])
    await expect(at.client.responses.create({ ...asked, model })).rejects.toMatchObject({
      status: 400,
      param: 'background',
    });
  expect([...at.openai.requests, ...at.claude.requests]).toHaveLength(0);
});
