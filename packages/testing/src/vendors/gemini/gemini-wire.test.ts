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
import { type SimulatedUpstream, simulatedGemini } from '../../index.ts';

/* What the SDK hides: the bytes, and what a client that the SDK does not guard is told. */

const user = (...parts: object[]): object => ({ role: 'user', parts });
const model = (...parts: object[]): object => ({ role: 'model', parts });
const text = { text: 'Hello' };
const call = { functionCall: { name: 'f', args: {} } };
const signedCall = { ...call, thoughtSignature: 'skip_thought_signature_validator' };
const response = { functionResponse: { name: 'f', response: { output: 'x' } } };
const hello = { contents: [user(text)] };

function post(
  upstream: SimulatedUpstream,
  body: unknown,
  method = 'gemini-3-flash-preview:generateContent',
): Promise<Response> {
  return fetch(`${upstream.origin}/v1beta/models/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const streaming = 'gemini-3-flash-preview:streamGenerateContent';

test('a stream without alt=sse is one JSON array', async () => {
  await using upstream = await simulatedGemini();
  const answer = await post(upstream, hello, streaming);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=UTF-8');
  const chunks: unknown = await answer.json();
  expect(chunks).toHaveLength(5);
  expect(chunks).toMatchObject([{ candidates: [{ content: { parts: [{ text: 'You' }] } }] }, {}, {}, {}, {}]);
});

test('an array stays whole JSON when an error ends it, before or after other elements', async () => {
  await using upstream = await simulatedGemini();
  for (const afterEvents of [0, 2]) {
    upstream.fail({ type: 'error-event', afterEvents });
    const elements: unknown = await (await post(upstream, hello, streaming)).json();
    expect(elements).toHaveLength(afterEvents + 1);
    expect(elements).toMatchObject({ [afterEvents]: { error: { code: 503, status: 'UNAVAILABLE' } } });
  }
  upstream.heal();
  expect(await (await post(upstream, {}, streaming)).json()).toMatchObject([{ error: { code: 400 } }]);
});

test('events end with CRLF, or as a fault wants it', async () => {
  await using upstream = await simulatedGemini();
  const usual = await (await post(upstream, hello, `${streaming}?alt=sse`)).text();
  expect(usual).toMatch(/^data: \{.*\}\r\n\r\n/);
  upstream.fail({ type: 'write', lineEnding: '\r' });
  const changed = await (await post(upstream, hello, `${streaming}?alt=sse`)).text();
  expect(changed).not.toContain('\n');
});

test('snake case is taken for camel case', async () => {
  await using upstream = await simulatedGemini();
  const body = {
    ...hello,
    generation_config: { max_output_tokens: 2, thinking_config: { thinking_budget: 1 } },
  };
  const answer: unknown = await (await post(upstream, body)).json();
  expect(answer).toMatchObject({ candidates: [{ finishReason: 'MAX_TOKENS' }] });
});

test('a refusal has no content and its words as its message', async () => {
  await using upstream = await simulatedGemini({ answer: () => ({ refusal: 'No.' }) });
  const answer: unknown = await (await post(upstream, hello)).json();
  expect(answer).toMatchObject({ candidates: [{ finishReason: 'SAFETY', finishMessage: 'No.' }] });
  expect(answer).not.toHaveProperty('candidates.0.content');
});

const declare = (...functions: object[]): object => ({ tools: [{ functionDeclarations: functions }] });
const config = (generationConfig: object): object => ({ ...hello, generationConfig });

describe("a mistake is told in Google's words", () => {
  test.each<[string, object | string, RegExp]>([
    ['no JSON', '{"contents":', /^Invalid JSON payload received\./],
    ['no contents', {}, /contents is not specified/],
    ['no parts', { contents: [user()] }, /contents\.parts must not be empty/],
    [
      'an empty part',
      { contents: [user({})] },
      /required oneof field 'data' must have one initialized field/,
    ],
    ['a strange role', { contents: [{ role: 'assistant', parts: [text] }] }, /valid role: user, model/],
    [
      'an unknown field',
      { ...hello, messages: [] },
      /^Invalid JSON payload received\. Unknown name "messages": Cannot find field\.$/,
    ],
    [
      'an unknown field below',
      { contents: [user({ text: 'x', type: 'text' })] },
      /^Invalid JSON payload received\. Unknown name "type" at 'contents\[0\]\.parts\[0\]': Cannot find field\.$/,
    ],
    [
      'JSON Schema where Google has its own',
      { ...hello, ...declare({ name: 'f', parameters: { type: 'OBJECT', additionalProperties: false } }) },
      /Unknown name "additionalProperties" at 'tools\[0\]\.function_declarations\[0\]\.parameters'/,
    ],
    [
      'an unknown mode',
      { ...hello, toolConfig: { functionCallingConfig: { mode: 'any' } } },
      /^Invalid value at 'tool_config\.function_calling_config\.mode' \(TYPE_ENUM\), "any"$/,
    ],
    [
      'no properties',
      { ...hello, ...declare({ name: 'f', parameters: { type: 'OBJECT' } }) },
      /should be non-empty for OBJECT type/,
    ],
    [
      'two functions of one name',
      { ...hello, ...declare({ name: 'f' }, { name: 'f' }) },
      /^Duplicate function declaration found: f$/,
    ],
    ['a bad name', { ...hello, ...declare({ name: '1 f' }) }, /Invalid function name/],
    [
      'a forced call of nothing',
      { ...hello, toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
      /without function_declarations/,
    ],
    ['a response without call', { contents: [user(response)] }, /immediately after a function call turn/],
    [
      'a call without response',
      { contents: [user(text), model(signedCall), user(text)] },
      /number of function response parts/,
    ],
    [
      'a response of another name',
      { contents: [user(text), model(signedCall), user({ functionResponse: { name: 'g', response: {} } })] },
      /names and ids/,
    ],
    [
      'a call without signature',
      { contents: [user(text), model(call), user(response)] },
      /^Function call is missing a thought_signature .* `default_api:f` , position 2\./,
    ],
    ['too warm', config({ temperature: 3 }), /temperature must be in the range/],
    [
      'level and budget',
      config({ thinkingConfig: { thinkingLevel: 'LOW', thinkingBudget: 1 } }),
      /only one of thinking budget/,
    ],
    ['a schema for text', config({ responseSchema: { type: 'STRING' } }), /response_mime_type/],
  ])('%s', async (_, body, message) => {
    await using upstream = await simulatedGemini();
    const answer = await post(upstream, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringMatching(message) },
    });
  });

  test.each([
    ['gemini-2.5-flash', { thinkingConfig: { thinkingLevel: 'LOW' } }, 400],
    ['gemini-2.5-flash', { thinkingConfig: { thinkingBudget: 0 } }, 200],
    ['gemini-2.5-flash', { thinkingConfig: { thinkingBudget: 30_000 } }, 400],
    ['gemini-2.5-pro', { thinkingConfig: { thinkingBudget: 0 } }, 400],
    ['gemini-2.0-flash', { thinkingConfig: { thinkingBudget: 0 } }, 400],
    ['gemini-3-pro-preview', { thinkingConfig: { thinkingLevel: 'MINIMAL' } }, 400],
    ['gemini-3-pro-preview', { thinkingConfig: { thinkingLevel: 'LOW' } }, 200],
  ])('%s with %j is %i', async (name, generationConfig, status) => {
    await using upstream = await simulatedGemini();
    expect((await post(upstream, config(generationConfig), `${name}:generateContent`)).status).toBe(status);
  });

  test('an unknown model, method and path', async () => {
    await using upstream = await simulatedGemini();
    const unknown = await post(upstream, hello, 'gemini-9:generateContent');
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { error: { status: 'NOT_FOUND', message: expect.stringContaining('Call ListModels') } },
    ]);
    const page = await post(upstream, hello, 'gemini-2.5-pro:chat');
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
  });
});

describe.skipIf(isAbsent)('the simulation has the keys of the recordings', () => {
  test('streams', async () => {
    await using upstream = await simulatedGemini();
    const thoughtful = { thinkingConfig: { includeThoughts: true } };
    const bodies = [
      { ...hello, generationConfig: thoughtful },
      { ...hello, ...declare({ name: 'f', parametersJsonSchema: { properties: { location: {} } } }) },
    ];
    const simulations = bodies.map(async (body) =>
      shapeOf(eventsOf(await (await post(upstream, body, `${streaming}?alt=sse`)).text())),
    );
    const names = ['gemini3-thinking-stream', 'text-stream', 'tool-call-gemini3-stream'];
    const recordings = recorded(...names.map((name) => `gemini/${name}`)).map(
      ({ response: { text: events = '' } }) => shapeOf(eventsOf(events)),
    );
    expect(compare(union(await Promise.all(simulations)), union(recordings))).toEqual(nothing);
  });

  test('errors', async () => {
    await using upstream = await simulatedGemini();
    upstream.fail({ type: 'status', status: 429 });
    const [recording] = recorded('gemini/error-context-length');
    const told: unknown = await (await post(upstream, hello)).json();
    expect(compare(shapeOf(told), shapeOf(recording?.response.body))).toEqual(nothing);
  });
});
