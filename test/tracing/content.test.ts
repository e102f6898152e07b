import { expect, test } from 'vitest';
import { faces } from '../redaction/faces.ts';
import { attributesOf, openWorld, question, type World } from './traced.ts';

const secret = 'bob@acme.example';
const asked = {
  ...question,
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: `I am ${secret}` },
  ],
};

async function told(world: World, body: object = asked, path = '/v1/chat/completions'): Promise<string> {
  await (await world.ask(body, { path })).text();
  return JSON.stringify(
    (await world.spans(2)).map(({ name, attributes, events, links, status }) => ({
      name,
      attributes,
      events,
      links,
      status,
    })),
  );
}

test.each([false, true])('by default nothing of what is said is in a span (stream: %s)', async (stream) => {
  await using world = await openWorld({ upstream: { answer: () => ({ content: 'The answer is canary.' }) } });
  const stop = ['canary-stop'];
  const all = await told(world, {
    ...asked,
    stream,
    stop,
    user: 'canary-user',
    metadata: { a: 'canary-note' },
  });
  for (const said of ['acme.example', 'canary', 'Be brief']) expect(all).not.toContain(said);
});

test.each([false, true])('all of it, in the form of the convention (stream: %s)', async (stream) => {
  await using world = await openWorld({
    gateway: { audit: { content: 'full' } },
    upstream: {
      answer: () => ({ content: 'Hello Bob', toolCalls: [{ name: 'note', arguments: { to: 'ann' } }] }),
    },
  });
  const tools = [{ type: 'function', function: { name: 'note', parameters: { type: 'object' } } }];
  await (await world.ask({ ...asked, stream, tools })).text();
  const [call, attempt] = await world.spans(2);
  const { 'gen_ai.input.messages': input, 'gen_ai.output.messages': output } = attributesOf(call);
  expect(JSON.parse(String(input))).toEqual([
    { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
    { role: 'user', parts: [{ type: 'text', content: `I am ${secret}` }] },
  ]);
  expect(JSON.parse(String(output))).toEqual([
    {
      role: 'assistant',
      parts: [
        { type: 'text', content: 'Hello Bob' },
        { type: 'tool_call', id: expect.any(String), name: 'note', arguments: { to: 'ann' } },
      ],
      finish_reason: 'tool_call',
    },
  ]);
  expect(JSON.stringify(attributesOf(attempt))).not.toContain('acme.example');
});

test.each(faces)(
  '$name: what was said is read, whole and streamed, and masked where it is to be',
  async (face) => {
    for (const content of ['full', 'redacted'] as const)
      for (const stream of [false, true]) {
        await using world = await openWorld({
          gateway: { audit: { content }, models: { made: 'second/gpt-4o' } } as object,
          upstream: { answer: () => ({ content: ['Write to a', 'nn@acme', '.example', ' then.'] }) },
        });
        await (await world.ask(Object(face.body(stream)), { path: face.path(stream) })).text();
        const [call] = await world.spans(2);
        const { 'gen_ai.input.messages': input, 'gen_ai.output.messages': output } = attributesOf(call);
        const messages: unknown = JSON.parse(String(output));
        const written = content === 'full' ? 'Write to ann@acme.example then.' : 'Write to [EMAIL] then.';
        expect(messages).toEqual([
          {
            role: 'assistant',
            parts: [{ type: 'text', content: written }],
            finish_reason: expect.any(String),
          },
        ]);
        expect(Array.isArray(JSON.parse(String(input)))).toBe(true);
        const isShown = JSON.stringify(attributesOf(call)).includes('acme.example');
        expect(isShown).toBe(content === 'full');
      }
  },
);

test('what is said in calls that are no conversation', async () => {
  await using world = await openWorld({ gateway: { audit: { content: 'full' } } });
  const body = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once upon' };
  await (await world.ask(body, { path: '/v1/completions' })).text();
  const [call] = await world.spans(2);
  const { 'gen_ai.input.messages': input, 'gen_ai.output.messages': output } = attributesOf(call);
  expect(JSON.parse(String(input))).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'Once upon' }] },
  ]);
  expect(JSON.parse(String(output))).toMatchObject([{ role: 'assistant', finish_reason: 'stop' }]);
});

test.each(['none', 'redacted', 'full'] as const)(
  'a traceless call leaves no trace of what it says (content: %s)',
  async (content) => {
    for (const stream of [false, true]) {
      await using world = await openWorld({
        gateway: { audit: { content }, traceless: true },
        upstream: { answer: () => ({ content: 'The canary sings.' }) },
      });
      const all = await told(world, { ...asked, stream, stop: ['canary-stop'] });
      for (const said of [
        'acme.example',
        'canary',
        'Be brief',
        'gen_ai.input',
        'gen_ai.output.messages',
        'gen_ai.response.id',
      ])
        expect(all).not.toContain(said);
    }
  },
);

test('of a traceless call that asks for a model that is not there, not even its name', async () => {
  await using world = await openWorld({ gateway: { traceless: true } });
  await (await world.ask({ ...asked, model: 'canary' })).text();
  expect(
    JSON.stringify((await world.spans(1)).map(({ name, attributes }) => [name, attributes])),
  ).not.toContain('canary');
});

test('neither a key nor what a vendor says of an error is in a span', async () => {
  await using world = await openWorld({ gateway: { audit: { content: 'full' } } });
  const body = { error: { message: 'the key sk-first of canary is not good', code: 'canary' } };
  for (const upstream of [world.first, world.second]) upstream.fail({ type: 'status', status: 400, body });
  const all = await told(world);
  expect(all).not.toContain('sk-first');
  expect(all).not.toContain('canary');
});
