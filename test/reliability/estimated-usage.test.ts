import {
  anthropic,
  createGateway,
  type EndEvent,
  type Gateway,
  gemini,
  type Layer,
  openai,
  type Upstream,
} from '@vector-engine/core';
import {
  type RequestFault,
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedGemini,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';

/** More than a turn of the event loop brings: an answer that is all there is not cut. */
const words = 20_000;
/** A word is a token, and a piece of the stream. */
const word = (index: number): string => ` w${index}`;
const reply = { content: Array.from({ length: words }, (_, index) => word(index)) };
const answer = () => reply;
const apiKey = 'sk-of-the-operator-and-nobody-else';

interface Vendor {
  readonly name: string;
  readonly start: () => Promise<SimulatedUpstream>;
  readonly upstream: (at: SimulatedUpstream) => Upstream;
  readonly model: string;
}

const vendors: readonly Vendor[] = [
  {
    name: 'openai',
    start: () => simulatedOpenAI({ answer, models: ['gpt-4o'] }),
    upstream: ({ baseURL }) => openai({ apiKey, baseURL }),
    model: 'gpt-4o',
  },
  {
    name: 'anthropic',
    start: () => simulatedAnthropic({ answer, models: ['claude-sonnet-4-5'] }),
    upstream: ({ origin }) => anthropic({ apiKey, baseURL: `${origin}/v1` }),
    model: 'claude-sonnet-4-5',
  },
  {
    name: 'gemini',
    start: () => simulatedGemini({ answer, models: ['gemini-2.5-flash'] }),
    upstream: ({ origin }) => gemini({ apiKey, baseURL: `${origin}/v1beta` }),
    model: 'gemini-2.5-flash',
  },
];

const messages = [{ role: 'user', content: 'Say many words, one after the other. '.repeat(20) }];

interface Face {
  readonly name: string;
  readonly path: string;
  readonly body: object;
}

const faces: readonly Face[] = [
  { name: 'chat', path: '/v1/chat/completions', body: { messages } },
  { name: 'messages', path: '/v1/messages', body: { messages, max_tokens: 20_000 } },
  { name: 'responses', path: '/v1/responses', body: { input: messages } },
];

interface World {
  readonly gateway: Gateway;
  readonly upstream: SimulatedUpstream;
  readonly ends: EndEvent[];
}

const limiting: Layer = (next) => (call, context) => {
  expect(call.limitOutput(40)).toBe(true);
  call.ceiling = 40;
  return next(call, context);
};

async function within(
  vendor: Vendor,
  { fault, layer }: { readonly fault?: RequestFault; readonly layer?: Layer },
  run: (world: World) => Promise<void>,
): Promise<void> {
  await using upstream = await vendor.start();
  if (fault !== undefined) upstream.fail(fault);
  await using gateway = createGateway({
    upstreams: { only: vendor.upstream(upstream) },
    models: { chat: `only/${vendor.model}` },
    open: true,
    ...(layer === undefined ? {} : { layers: [layer] }),
  });
  const ends: EndEvent[] = [];
  gateway.on('end', (event) => ends.push(event));
  await run({ gateway, upstream, ends });
}

function ask(gateway: Gateway, { path, body }: Face, more: object, signal?: AbortSignal): Promise<Response> {
  return gateway.fetch(`http://gateway${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'chat', ...body, ...more }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Reads until this is there, and leaves. */
async function readUntil(response: Response, sign: string): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(sign)) return;
  }
}

async function theEnd(ends: readonly EndEvent[]): Promise<EndEvent> {
  await expect.poll(() => ends.length).toBe(1);
  const [end] = ends;
  if (end === undefined) throw new Error('no end');
  return end;
}

/** Of the question, in tokens: 140 words, or 740 bytes and their frame. */
function expectInput({ usage }: EndEvent): void {
  expect(usage?.inputTokens).toBeGreaterThan(100);
  expect(usage?.inputTokens).toBeLessThan(300);
}

describe.each(vendors)('of $name', (vendor) => {
  test.each(faces)('what its caller has left of a stream is billed by what came: $name', async (face) => {
    const made = 400;
    const fault = { type: 'hang-mid-stream', afterEvents: made } as const;
    await within(vendor, { fault }, async ({ gateway, ends }) => {
      const control = new AbortController();
      const response = await ask(gateway, face, { stream: true }, control.signal);
      await readUntil(response, word(made - 10));
      control.abort();
      const end = await theEnd(ends);
      expect(end.usage?.isEstimated).toBe(true);
      expect(end.usage?.outputTokens).toBeGreaterThan(made / 2);
      expect(end.usage?.outputTokens).toBeLessThan(made * 2);
      expectInput(end);
    });
  });

  test('a stream that breaks off is billed by what came', async () => {
    const fault = { type: 'cut', afterEvents: 300, how: 'reset' } as const;
    await within(vendor, { fault }, async ({ gateway, ends }) => {
      const [face] = faces as [Face];
      const text = await (await ask(gateway, face, { stream: true })).text();
      expect(text).toContain(word(280));
      const { usage, error } = await theEnd(ends);
      expect(error).toBe('VE_UPSTREAM_RESET');
      expect(usage).toMatchObject({ isEstimated: true });
      expect(usage?.outputTokens).toBeGreaterThan(150);
      expect(usage?.outputTokens).toBeLessThan(600);
    });
  });

  test('a stream with a proper end is billed as its vendor says, and no estimate', async () => {
    await within(vendor, {}, async ({ gateway, ends }) => {
      const [face] = faces as [Face];
      await (await ask(gateway, face, { stream: true, max_tokens: 50 })).text();
      const { usage } = await theEnd(ends);
      expect(usage).not.toHaveProperty('isEstimated');
      expect(usage?.outputTokens).toBe(50);
    });
  });

  test.each(faces)('a stream that goes on beyond its ceiling ends with an error: $name', async (face) => {
    const ceiling = 500;
    const layer: Layer = (next) => (call, context) => {
      call.ceiling = ceiling;
      return next(call, context);
    };
    await within(vendor, { layer }, async ({ gateway, ends }) => {
      const text = await (await ask(gateway, face, { stream: true })).text();
      expect(text).toContain(word(ceiling));
      expect(text).not.toContain(word(words - 1));
      expect(text).not.toContain('[DONE]');
      expect(text).toContain('500 tokens');
      const { usage, error } = await theEnd(ends);
      expect(error).toBe('VE_BUDGET_EXCEEDED');
      expect(usage?.isEstimated).toBe(true);
      expect(usage?.outputTokens).toBeGreaterThan(ceiling);
    });
  });

  test.each(faces)('the longest answer is limited on its way there: $name', async (face) => {
    await within(vendor, { layer: limiting }, async ({ gateway, upstream, ends }) => {
      const text = await (await ask(gateway, face, { stream: true })).text();
      expect(text).not.toContain(word(41));
      expect(JSON.stringify(upstream.requests[0]?.body)).toMatch(/[mM]ax\w*[tT]okens":40\b/);
      expect((await theEnd(ends)).usage).toMatchObject({ outputTokens: 40 });
    });
  });
});

const [first] = vendors as [Vendor];
const [chat] = faces as [Face];

describe('a call that was not answered', () => {
  test.each([
    { type: 'status', status: 400 },
    { type: 'status', status: 500 },
    { type: 'reset-before-headers' },
  ] as const)('is billed nothing: %j', async (fault) => {
    await within(first, { fault }, async ({ gateway, ends }) => {
      await (await ask(gateway, chat, { stream: true })).text();
      expect((await theEnd(ends)).usage).toBeUndefined();
    });
  });

  test.each([{ type: 'hang' }, { type: 'hang-after-headers' }] as const)(
    'because its caller has left is billed the question: %j',
    async (fault) => {
      await within(first, { fault }, async ({ gateway, upstream, ends }) => {
        const control = new AbortController();
        const response = ask(gateway, chat, { stream: false }, control.signal).catch(() => undefined);
        await upstream.waitForRequests(1);
        control.abort();
        await response;
        const end = await theEnd(ends);
        expect(end.usage).toMatchObject({ isEstimated: true, outputTokens: 0 });
        expectInput(end);
      });
    },
  );
});
