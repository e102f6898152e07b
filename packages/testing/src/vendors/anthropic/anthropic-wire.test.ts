import { describe, expect, test } from 'vitest';
import {
  compare,
  eventsOf,
  isAbsent,
  nothing,
  recorded,
  shapeOf,
  union,
} from '../../../test/compare-shapes.ts';
import { type SimulatedUpstream, simulatedAnthropic } from '../../index.ts';

/* What the SDK hides: the bytes, and what a client that the SDK does not guard is told. */

const hello = {
  model: 'claude-sonnet-4-5',
  max_tokens: 2048,
  messages: [{ role: 'user', content: 'Hello' }],
};

function post(upstream: SimulatedUpstream, body: unknown, headers: object = {}): Promise<Response> {
  return fetch(`${upstream.origin}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

test('events are named as their type, padded, and a ping comes after the first block begins', async () => {
  await using upstream = await simulatedAnthropic();
  const response = await post(upstream, { ...hello, stream: true });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const text = await response.text();
  const names = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
  expect(names.slice(0, 4)).toEqual(['message_start', 'content_block_start', 'ping', 'content_block_delta']);
  expect(names).toEqual(eventsOf(text).map(({ type }) => type));
  expect(text).toMatch(/ {2,}\}\n\n/);
  expect(text.endsWith('}\n\n')).toBe(true);
});

test('a fault in the stream is an event of the name error', async () => {
  await using upstream = await simulatedAnthropic();
  upstream.fail({ type: 'error-event', afterEvents: 2 });
  const text = await (await post(upstream, { ...hello, stream: true })).text();
  expect(text).toMatch(/\n\nevent: error\ndata: \{"type":"error","error":\{"type":"overloaded_error"/);
});

const call = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' };
const user = (...content: object[]): object => ({ role: 'user', content });
const assistant = (...content: object[]): object => ({ role: 'assistant', content });
const text = { type: 'text', text: 'x' };
const schema = { type: 'object', properties: {} };

describe("a mistake is told in Anthropic's words", () => {
  test.each<[string, object | string, RegExp]>([
    ['no JSON', '{"model":', /not valid JSON/],
    ['no limit', { ...hello, max_tokens: undefined }, /^max_tokens: Field required$/],
    ['an unknown field', { ...hello, n: 2 }, /^n: Extra inputs are not permitted$/],
    ['a limit that is text', { ...hello, max_tokens: '5' }, /^max_tokens: Input should be a valid integer$/],
    ['too high a limit', { ...hello, max_tokens: 70_000 }, /^max_tokens: 70000 > 64000/],
    ['too warm', { ...hello, temperature: 1.5 }, /^temperature: Input should be less than or equal to 1$/],
    ['both samplings', { ...hello, temperature: 1, top_p: 1 }, /cannot both be specified/],
    [
      'a strange role',
      { ...hello, messages: [{ role: 'tool', content: 'x' }] },
      /'user', 'assistant' or 'system'/,
    ],
    [
      'an early system',
      { ...hello, messages: [{ role: 'system', content: 'x' }] },
      /Unexpected role "system"/,
    ],
    ['no message', { ...hello, messages: [] }, /^messages: at least one message is required$/],
    ['the assistant first', { ...hello, messages: [assistant(text), user(text)] }, /first message must use/],
    ['empty text', { ...hello, messages: [user({ type: 'text', text: '' })] }, /must be non-empty/],
    [
      'an unknown block',
      { ...hello, messages: [user({ type: 'video' })] },
      /^messages\.0\.content\.0: Input tag 'video'/,
    ],
    [
      'an unknown field in a block',
      { ...hello, messages: [user({ ...text, id: 1 })] },
      /^messages\.0\.content\.0\.text\.id: Extra/,
    ],
    [
      'a stray result',
      { ...hello, messages: [user(result)] },
      /^messages\.0\.content\.0: unexpected `tool_use_id`/,
    ],
    [
      'a call without result',
      { ...hello, messages: [user(text), assistant(call), user(text)] },
      /^messages\.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1\./,
    ],
    [
      'text before the result',
      { ...hello, messages: [user(text), assistant(call), user(text, result)] },
      /without `tool_result` blocks immediately after/,
    ],
    ['a call of the user', { ...hello, messages: [user(call)] }, /can only be in `assistant` messages/],
    ['two tools of one name', { ...hello, tools: [tool('a'), tool('a')] }, /Tool names must be unique/],
    [
      'a bad name',
      { ...hello, tools: [tool('a.b')] },
      /^tools\.0\.custom\.name: String should match pattern/,
    ],
    ['a choice of nothing', { ...hello, tool_choice: { type: 'any' } }, /while providing tools$/],
    [
      'a small budget',
      { ...hello, thinking: enabled(1000) },
      /^thinking\.enabled\.budget_tokens: Input should be gr/,
    ],
    ['a large budget', { ...hello, thinking: enabled(2048) }, /`max_tokens` must be greater than/],
    [
      'warm thinking',
      { ...hello, thinking: enabled(1024), temperature: 0 },
      /`temperature` may only be set to 1/,
    ],
    [
      'a forced call while thinking',
      { ...hello, thinking: enabled(1024), tools: [tool('a')], tool_choice: { type: 'any' } },
      /^Thinking may not be enabled when tool_choice forces tool use\.$/,
    ],
    [
      'adaptive too early',
      { ...hello, thinking: { type: 'adaptive' } },
      /adaptive thinking is not supported/,
    ],
    [
      'a budget too late',
      { ...hello, model: 'claude-opus-4-7', thinking: enabled(1024) },
      /"thinking\.type\.enabled" is not supported/,
    ],
    [
      'a prefill too late',
      { ...hello, model: 'claude-opus-4-6', messages: [user(text), assistant(text)] },
      /does not support assistant message prefill/,
    ],
    [
      'an open schema',
      { ...hello, output_config: { format: { type: 'json_schema', schema } } },
      /^output_config\.format\.schema: For 'object' type, 'additionalProperties'/,
    ],
    ['the older field without a beta', { ...hello, output_format: null }, /^output_format: Extra inputs/],
    ['five marks', { ...hello, messages: [user(...Array.from({ length: 5 }, () => marked))] }, /Found 5\./],
  ])('%s', async (_, body, message) => {
    await using upstream = await simulatedAnthropic();
    const response = await post(upstream, body);
    expect(response.status).toBe(400);
    const answer: unknown = await response.json();
    expect(answer).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringMatching(message) },
      request_id: response.headers.get('request-id'),
    });
  });

  test('no version, an unknown path, a wrong method', async () => {
    await using upstream = await simulatedAnthropic();
    expect(await (await fetch(`${upstream.origin}/v1/messages`)).json()).toMatchObject({
      error: { message: 'anthropic-version: header is required' },
    });
    const headers = { 'anthropic-version': '2023-06-01' };
    const unknown = await fetch(`${upstream.origin}/v1/chat/completions`, { headers });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { error: { type: 'not_found_error' } },
    ]);
    expect((await fetch(`${upstream.origin}/v1/messages`, { headers })).status).toBe(405);
  });

  test('the newer version refuses what the older one takes', async () => {
    await using upstream = await simulatedAnthropic();
    const warm = { ...hello, temperature: 1 };
    expect((await post(upstream, warm)).status).toBe(200);
    const refused = await post(upstream, warm, { 'anthropic-version': '2026-10-21' });
    expect(await refused.json()).toMatchObject({
      error: { message: 'temperature: Extra inputs are not permitted' },
    });
  });
});

function tool(name: string): object {
  return { name, input_schema: schema };
}

function enabled(budget: number): object {
  return { type: 'enabled', budget_tokens: budget };
}

const marked = { ...text, cache_control: { type: 'ephemeral' } };

/** Fields of the newer version of the API, which no recording has yet. */
const newer = ['stop_details', 'output_tokens_details', 'caller'];

describe.skipIf(isAbsent)('the simulation has the keys of the recordings', () => {
  const thinking = { type: 'enabled', budget_tokens: 1024 };

  test('streams', async () => {
    await using upstream = await simulatedAnthropic({
      answer: () => ({ content: 'x', toolCalls: [{ name: 'f', arguments: {} }] }),
    });
    const body = { ...hello, stream: true, thinking, tools: [tool('f')] };
    const simulation = shapeOf(eventsOf(await (await post(upstream, body)).text()));
    const names = ['thinking-stream', 'tool-no-args-stream', 'text-stream'];
    const recordings = recorded(...names.map((name) => `anthropic/${name}`));
    const recording = union(recordings.map(({ response }) => shapeOf(eventsOf(response.text ?? ''))));
    expect(compare(without(simulation, newer), recording)).toEqual(nothing);
  });

  test('whole answers and errors', async () => {
    await using upstream = await simulatedAnthropic({
      answer: () => ({ content: 'x', toolCalls: [{ name: 'f', arguments: { name: 'x' } }] }),
    });
    const answer: unknown = await (await post(upstream, { ...hello, thinking, tools: [tool('f')] })).json();
    const recordings = recorded(
      'anthropic/tool-with-thinking-roundtrip',
      'anthropic/parallel-tools-roundtrip',
    );
    const recording = union(recordings.map(({ response }) => shapeOf(response.body)));
    expect(compare(without(shapeOf(answer), newer), recording)).toEqual(nothing);
    upstream.fail({ type: 'status', status: 400 });
    const [error] = recorded('anthropic/error-context-length');
    const told: unknown = await (await post(upstream, hello)).json();
    expect(compare(shapeOf(told), shapeOf(error?.response.body))).toEqual(nothing);
  });

  test('headers', async () => {
    await using upstream = await simulatedAnthropic();
    const { headers } = await post(upstream, hello);
    const [recording] = recorded('anthropic/citations-stream');
    const names = Object.keys(recording?.response.headers ?? {});
    expect(names.filter((name) => !headers.has(name))).toEqual([]);
  });
});

function without(shape: ReadonlySet<string>, names: readonly string[]): Set<string> {
  return new Set([...shape].filter((path) => !names.some((name) => path.split('.').includes(name))));
}
