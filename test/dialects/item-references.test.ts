import { anthropic, azureOpenAI, createGateway, type Gateway, openai } from '@vector-engine/core';
import {
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedAzureOpenAI,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { BadRequestError, OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { caught } from './caught.ts';

interface World extends AsyncDisposable {
  readonly gpt: SimulatedUpstream;
  readonly claude: SimulatedUpstream;
  readonly azure: SimulatedUpstream;
  /** A client of a tenant. */
  of(tenant: string): OpenAI;
}

async function openWorld(memory?: false): Promise<World> {
  const [gpt, claude, azure] = await Promise.all([
    simulatedOpenAI(),
    simulatedAnthropic(),
    simulatedAzureOpenAI(),
  ]);
  const gateway: Gateway = createGateway({
    upstreams: {
      gpt: openai({ apiKey: 'k', baseURL: gpt.baseURL }),
      claude: anthropic({ apiKey: 'k', baseURL: `${claude.origin}/v1` }),
      azure: azureOpenAI({ apiKey: 'k', endpoint: azure.origin }),
    },
    models: {
      gpt: 'gpt/gpt-5.2',
      claude: 'claude/claude-opus-4-5',
      either: ['gpt/gpt-5.2', 'azure/gpt-5.2'],
    },
    identify: ({ headers }: Request) => ({ tenant: headers.get('x-tenant') ?? '' }),
    retry: { rounds: 0 },
    ...(memory === undefined ? {} : { memory }),
  });
  return {
    gpt,
    claude,
    azure,
    of: (tenant) =>
      new OpenAI({
        apiKey: 'x',
        baseURL: 'http://gateway/v1',
        fetch: gateway.fetch,
        maxRetries: 0,
        defaultHeaders: { 'x-tenant': tenant },
      }),
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await Promise.all([gpt.close(), claude.close(), azure.close()]);
    },
  };
}

/** Asks, and gives the id of the message that was the answer. */
async function ask(client: OpenAI, model: string): Promise<string> {
  const { output } = await client.responses.create({ model, input: 'Hello' });
  return output.find(({ type }) => type === 'message')?.id ?? 'none';
}

const goOn = (client: OpenAI, model: string, id: string): Promise<unknown> =>
  client.responses
    .create({
      model,
      input: [
        { role: 'user', content: 'Hello' },
        { type: 'item_reference', id },
        { role: 'user', content: 'And now?' },
      ],
    })
    .then(({ output_text: text }) => text, caught);

const lastAsked = ({ requests }: SimulatedUpstream): string => JSON.stringify(requests.at(-1)?.body);

describe('an item that is only named', () => {
  test.each([
    ['claude', 'claude'],
    ['claude', 'gpt'],
    ['gpt', 'claude'],
  ] as const)('is said to who does not keep it: %s’s to %s', async (first, second) => {
    await using world = await openWorld();
    const client = world.of('acme');
    const id = await ask(client, first);
    expect(await goOn(client, second, id)).toBe('You said: And now?');
    expect(lastAsked(world[second])).toContain('You said: Hello');
    expect(lastAsked(world[second])).not.toContain(id);
  });

  test('stays named to who keeps it', async () => {
    await using world = await openWorld();
    const client = world.of('acme');
    const id = await ask(client, 'gpt');
    expect(await goOn(client, 'gpt', id)).toBe('You said: And now?');
    expect(lastAsked(world.gpt)).toContain(`{"type":"item_reference","id":"${id}"}`);
  });

  test('is said with its thought left out to another upstream of the same format, also when the keeper fails', async () => {
    await using world = await openWorld();
    const client = world.of('acme');
    const reasoning = { effort: 'medium' as const };
    const { output } = await client.responses.create({ model: 'either', input: 'Hello', reasoning });
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'Hello' }];
    for (const item of output) if (item.type === 'reasoning' || item.type === 'message') input.push(item);
    input.push({ role: 'user', content: 'And now?' });
    await client.responses.create({ model: 'either', input, reasoning });
    expect(lastAsked(world.gpt)).toMatch(/"id":"rs_.*"id":"msg_/);
    world.gpt.fail({ type: 'status', status: 503 });
    const second = await client.responses.create({ model: 'either', input, reasoning });
    expect(second.output_text).toBe('You said: And now?');
    expect(lastAsked(world.azure)).toContain('You said: Hello');
    expect(lastAsked(world.azure)).not.toMatch(/"rs_|"msg_/);
  });

  test('is nobody’s where another tenant names it, or nothing is kept', async () => {
    for (const [memory, other] of [
      [undefined, 'other'],
      [false, 'acme'],
    ] as const) {
      await using world = await openWorld(memory);
      const id = await ask(world.of('acme'), 'claude');
      const error = await goOn(world.of(other), 'claude', id);
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).toMatchObject({ param: 'input', message: expect.stringContaining(id) as string });
      expect(world.claude.requests).toHaveLength(1);
    }
  });
});
