import type { RecordedRequest, ScriptedReply } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { caught } from '../../dialects/caught.ts';
import { type Client, makeTools, type Question, type Said, town } from './client.ts';
import { openRow, openStand, type Stand } from './stand.ts';
import { type UpstreamKind, upstreamKinds } from './upstreams.ts';

/** Two turns of calls, by a model that thinks before each. */
const toolTurns: readonly ScriptedReply[] = [
  { reasoning: 'First the time.', content: 'Let me look.', toolCalls: [{ name: 'now', arguments: {} }] },
  {
    reasoning: 'Then two places, and the time again.',
    toolCalls: [
      { name: 'weather', arguments: { place: 'Oslo', days: 1, exact: true } },
      { name: 'weather', arguments: { place: '', days: 0, exact: false } },
      { name: 'now', arguments: {} },
    ],
  },
];
const expectedCalls = [
  ['now', {}],
  ['weather', { place: 'Oslo', days: 1, exact: true }],
  ['weather', { place: '', days: 0, exact: false }],
  ['now', {}],
];

const someTown = { name: 'Oslo', people: 0, twins: ['Madison', ''] };
const thought = 'I should say hello.';
const pieces = ['One', ' two', ' three', ' four', ' five', ' six', ' seven', ' eight', ' nine', ' ten'];
/** One pixel. */
const image =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The thin slice: text, tools, an object and a refusal, by one client against each kind of upstream. */
export function describeEssentials(client: Client): void {
  describe.each(upstreamKinds)(`${client.name}, against $name`, (kind) => {
    test('text is the same whole and streamed, with usage', async () => {
      await using stand = await openStand(kind);
      const whole = await client.ask(stand, { prompt: 'hello there' });
      const { said, deltas } = await askStreamed(client, stand, { prompt: 'hello there' });
      expect(whole).toMatchObject({ text: 'You said: hello there', finish: client.finishes.stop });
      expect(said).toMatchObject({ text: whole.text, finish: whole.finish });
      expect(deltas.length).toBeGreaterThan(1);
      expect(deltas.join('')).toBe(whole.text);
      for (const { input, output } of [whole, said]) {
        expect(input).toBeGreaterThan(0);
        expect(output).toBeGreaterThan(0);
      }
    });

    test.each([false, true])('the loop of tools goes on to the answer, stream: %s', async (stream) => {
      await using stand = await openStand(kind, toolTurns);
      const { tools, calls } = makeTools();
      expect(await client.useTools(stand, { tools, stream })).toBe('The tool answered: rain; 0; noon');
      expect(calls).toEqual(expectedCalls);
      expect(stand.upstream.requests.map(({ status }) => status)).toEqual([200, 200, 200]);
      const thoughts = wantsThoughts(client, kind) ? kind.countThoughts(lastRequest(stand)) : undefined;
      expect(thoughts ?? toolTurns.length).toBe(toolTurns.length);
    });

    test('an object fits its schema', async () => {
      const script = kind.takesSchemas ? [] : [{ content: JSON.stringify(someTown) }];
      await using stand = await openStand(kind, script);
      const made = await client.makeTown(stand);
      expect(made).toEqual(town.parse(made));
    });

    test('a rate limit is one, with the time to wait', async () => {
      await using stand = await openStand(kind);
      stand.upstream.fail({ type: 'status', status: 429, headers: { 'retry-after': '7' } });
      const error = await errorOf(client.ask(stand, { prompt: 'hello' }));
      expect(error).toBeInstanceOf(client.errors.limited.type);
      expect(error).toMatchObject(client.errors.limited.like);
      expect(client.retryAfter?.(error) ?? '7').toBe('7');
    });
  });
}

/** Everything else that a client shows of an answer, or of what went wrong. */
export function describeDetails(client: Client): void {
  describe.each(upstreamKinds)(`${client.name}, against $name`, (kind) => {
    test('a system prompt and an image arrive', async () => {
      await using stand = await openStand(kind);
      const { text } = await client.ask(stand, { prompt: 'What is it?', system: 'Be brief.', image });
      expect(text).toBe('You said: What is it?');
      const asked = JSON.stringify(lastRequest(stand).body);
      expect(asked).toContain('Be brief.');
      expect(asked).toContain(image);
    });

    test.each([false, true])('reasoning is shown as far as the client can, stream: %s', async (stream) => {
      await using stand = await openStand(kind, [{ reasoning: thought, content: 'Hello.' }]);
      const said = await client.ask(stand, { prompt: 'hello', reasoning: true, stream });
      const isShown = client.showsThoughts && kind.showsThoughts;
      expect(said).toMatchObject({ text: 'Hello.', ...(isShown ? { reasoning: thought } : {}) });
    });

    test.each([
      ['length', 'length'],
      ['content_filter', 'filter'],
    ] as const)('an answer that ends by %s says so', async (finishReason, name) => {
      const reply = { content: 'Hello the', finishReason };
      const finish = client.finishes[name];
      const expected = finish instanceof Error ? { name: finish.name } : { text: 'Hello the', finish };
      await using stand = await openStand(kind, [reply, reply]);
      for (const stream of [false, true])
        expect(await client.ask(stand, { prompt: 'hello', stream }).catch(caught)).toMatchObject(expected);
    });

    test.each([
      ['limited', 429],
      ['tooLong', 400],
      ['unknownModel', 404],
    ] as const)('a refusal keeps its meaning, whole and streamed: %s', async (mishap, status) => {
      for (const stream of [false, true]) {
        await using stand = await openStand(kind);
        stand.upstream.fail({ type: 'status', status, ...(mishap === 'tooLong' ? kind.tooLong : {}) });
        const error = await errorOf(client.ask(stand, { prompt: 'hello', stream }));
        expect(error).toBeInstanceOf(client.errors[mishap].type);
        expect(error).toMatchObject(client.errors[mishap].like);
        const wait = mishap === 'limited' ? client.retryAfter?.(error) : undefined;
        expect(wait ?? '1').toMatch(/^[12]$/);
      }
    });

    test('an error in the middle of a stream is raised', async () => {
      await using stand = await openStand(kind, [{ reasoning: '', content: pieces }]);
      stand.upstream.fail({ type: 'error-event', afterEvents: 6 });
      const deltas: string[] = [];
      const onDelta = (text: string): unknown => deltas.push(text);
      const error = await errorOf(client.ask(stand, { prompt: 'hello', stream: true, onDelta }));
      expect(error).toBeInstanceOf(client.errors.midStream.type);
      expect(deltas).not.toEqual([]);
      expect(pieces.join('').startsWith(deltas.join(''))).toBe(true);
    });

    test('leaving in the middle of a stream leaves the upstream', async () => {
      await using stand = await openStand(kind, [{ reasoning: '', content: pieces }]);
      stand.upstream.fail({ type: 'hang-mid-stream', afterEvents: 6 });
      const leaving = new AbortController();
      const { signal } = leaving;
      const onDelta = (): void => leaving.abort();
      const asked = client.ask(stand, { prompt: 'hello', stream: true, signal, onDelta });
      expect(await errorOf(asked)).toBeInstanceOf(Error);
      await lastRequest(stand).closed;
      expect(lastRequest(stand).aborted).toBe(true);
    });
  });

  test(`${client.name}: one conversation goes on at every vendor, and comes back to each`, async () => {
    const kinds = upstreamKinds.filter(({ sharesFormatWith }) => sharesFormatWith === undefined);
    await using row = await openRow(kinds);
    const models = [...kinds, ...kinds.toReversed()].map(({ model }) => model);
    const [tool] = makeTools().tools;
    if (tool === undefined) throw new Error('there are no tools');
    expect(await client.converse(row, models, tool)).toEqual(models.map(() => 'The tool answered: noon'));
    const statuses = row.upstreams.flatMap(({ requests }) => requests.map(({ status }) => status));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test.each([
    ['a wrong key is one', 'wrongKey', { key: 'sk-of-nobody' }],
    ['a model that is not served is not found', 'unknownModel', { model: 'gpt-9' }],
  ] as const)(`${client.name}: %s`, async (_, mishap, question) => {
    const [kind] = upstreamKinds;
    if (kind === undefined) throw new Error('there are no upstreams');
    await using stand = await openStand(kind);
    const error = await errorOf(client.ask(stand, { prompt: 'hello', ...question }));
    expect(error).toBeInstanceOf(client.errors[mishap].type);
    expect(error).toMatchObject(client.errors[mishap].like);
    expect(stand.upstream.requests).toEqual([]);
  });
}

/** Where nothing is translated, what comes back is between the client and the provider. */
function wantsThoughts(client: Client, kind: UpstreamKind): boolean {
  return client.speaks !== kind.speaks || client.givesThoughtsBack;
}

function lastRequest({ upstream }: Stand): RecordedRequest {
  const request = upstream.requests.at(-1);
  if (request === undefined) throw new Error('nothing was asked');
  return request;
}

async function askStreamed(
  client: Client,
  stand: Stand,
  question: Question,
): Promise<{ readonly said: Said; readonly deltas: readonly string[] }> {
  const deltas: string[] = [];
  const said = await client.ask(stand, { ...question, stream: true, onDelta: (text) => deltas.push(text) });
  return { said, deltas };
}

async function errorOf(asked: Promise<unknown>): Promise<unknown> {
  return await asked.then(() => 'there was none', caught);
}
