import { describe, expect, test } from 'vitest';
import { compare, eventsOf, isAbsent, nothing, recorded, shapeOf } from '../../../test/compare-shapes.ts';
import { type SimulatedUpstream, simulatedOpenAI } from '../../index.ts';

/* What the SDK hides: the bytes, and what a client that the SDK does not guard is told. */

const hello = { model: 'gpt-4o', input: 'Hello' };
const user = { role: 'user', content: 'x' };
const call = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'call_1', output: 'x' };
const open = { type: 'object', properties: { a: { type: 'string' } } };

function post(upstream: SimulatedUpstream, body: unknown): Promise<Response> {
  return fetch(`${upstream.baseURL}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

test('events are named as their type, and there is no [DONE]', async () => {
  await using upstream = await simulatedOpenAI();
  const text = await (await post(upstream, { ...hello, stream: true })).text();
  const names = [...text.matchAll(/^event: ([\w.]+)$/gm)].map(([, name]) => name);
  const types = [...text.matchAll(/^data: \{"type":"([\w.]+)"/gm)].map(([, type]) => type);
  expect(names).toEqual(types);
  expect(names.at(-1)).toBe('response.completed');
  expect(text).not.toContain('[DONE]');
  expect(text).toContain('"obfuscation"');
});

describe("a mistake is told in OpenAI's words", () => {
  test.each<[string, object, string | null, string | null, RegExp]>([
    [
      'an unknown field',
      { ...hello, messages: [] },
      'messages',
      'unknown_parameter',
      /^Unknown parameter: 'messages'\.$/,
    ],
    [
      'the field of the other API',
      { ...hello, max_tokens: 5 },
      'max_tokens',
      'unknown_parameter',
      /max_tokens/,
    ],
    [
      'no content',
      { ...hello, input: [{ role: 'user' }] },
      'input[0].content',
      'missing_required_parameter',
      /^Missing required parameter/,
    ],
    [
      'a strange role',
      { ...hello, input: [{ role: 'tool', content: 'x' }] },
      'input[0].role',
      'invalid_value',
      /^Invalid value: 'tool'\. Supported values are:/,
    ],
    [
      'a strange item',
      { ...hello, input: [{ type: 'text' }] },
      'input[0].type',
      'invalid_value',
      /'message', 'reasoning'/,
    ],
    [
      'a part of the other role',
      { ...hello, input: [{ role: 'assistant', content: [{ type: 'input_text', text: 'x' }] }] },
      'input[0].content[0].type',
      'invalid_value',
      /^Invalid value: 'input_text'\. Supported values are: 'output_text', and 'refusal'\.$/,
    ],
    [
      'a limit that is text',
      { ...hello, max_output_tokens: '5' },
      'max_output_tokens',
      'invalid_type',
      /expected an integer, but got a string instead/,
    ],
    [
      'too low a limit',
      { ...hello, max_output_tokens: 5 },
      'max_output_tokens',
      'integer_below_min_value',
      />= 16, but got 5/,
    ],
    ['too warm', { ...hello, temperature: 2.5 }, 'temperature', 'decimal_above_max_value', /<= 2/],
    [
      "another vendor's id",
      { ...hello, input: [{ ...call, id: 'toolu_1' }] },
      'input[0].id',
      'invalid_value',
      /Expected an ID that begins with 'fc'/,
    ],
    [
      'too long an id',
      { ...hello, input: [{ ...call, call_id: 'x'.repeat(65) }] },
      'input[0].call_id',
      'string_above_max_length',
      /maximum length 64, but got a string with length 65/,
    ],
    [
      'a stray result',
      { ...hello, input: [user, output] },
      'input',
      null,
      /^No tool call found for function call output with call_id call_1\.$/,
    ],
    [
      'a call without result',
      { ...hello, input: [user, call, user] },
      'input',
      null,
      /^No tool output found for function call call_1\.$/,
    ],
    [
      'reasoning at the end',
      { ...hello, input: [{ type: 'reasoning', summary: [] }] },
      'input',
      null,
      /without its required following item/,
    ],
    [
      'a function that is not strict',
      { ...hello, tools: [{ type: 'function', name: 'f', strict: true, parameters: open }] },
      'tools[0].parameters',
      'invalid_function_parameters',
      /'additionalProperties' is required/,
    ],
    [
      'a format that is not strict',
      { ...hello, text: { format: { type: 'json_schema', name: 'n', strict: true, schema: open } } },
      'text.format.schema',
      'invalid_json_schema',
      /'additionalProperties' is required/,
    ],
    [
      'json without the word',
      { ...hello, text: { format: { type: 'json_object' } } },
      'input',
      null,
      /must contain the word 'json'/,
    ],
    [
      'reasoning without reason',
      { ...hello, reasoning: { effort: 'low' } },
      'reasoning.effort',
      'unsupported_parameter',
      /not supported with this model/,
    ],
    [
      'a temperature of reason',
      { ...hello, model: 'o4-mini', temperature: 1 },
      'temperature',
      'unsupported_parameter',
      /not supported with this model/,
    ],
    ['a choice of nothing', { ...hello, tool_choice: 'required' }, 'tool_choice', null, /'tools'/],
  ])('%s', async (_, body, param, code, message) => {
    await using upstream = await simulatedOpenAI();
    const answer = await post(upstream, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      error: { message: expect.stringMatching(message), type: 'invalid_request_error', param, code },
    });
  });
});

describe.skipIf(isAbsent)('the simulation has the keys of the recordings', () => {
  test('streams', async () => {
    await using upstream = await simulatedOpenAI();
    const body = {
      model: 'gpt-5.2',
      stream: true,
      reasoning: { effort: 'high', summary: 'detailed' },
      include: ['reasoning.encrypted_content'],
    };
    const parameters = { properties: { a: {}, b: {}, op: {} } };
    const tools = [{ type: 'function', name: 'f', description: 'x', strict: false, parameters }];
    const texts = [
      await (await post(upstream, { ...body, input: 'x', tools })).text(),
      await (await post(upstream, { ...body, input: 'x' })).text(),
    ];
    const [recording] = recorded('openai/reasoning-encrypted-stream');
    const simulation = eventsOf(texts.join(''));
    const newer = ['cache_write_tokens'];
    const keys = [...shapeOf(simulation)].filter((path) => !newer.some((name) => path.endsWith(name)));
    // What the caller's own schema says is no part of the format.
    const known = keys.filter((path) => !path.includes('parameters.'));
    const real = [...shapeOf(eventsOf(recording?.response.text ?? ''))];
    const expected = real.filter((path) => !path.includes('parameters.'));
    expect(compare(new Set(known), new Set(expected))).toEqual(nothing);
    expect(new Set(simulation.map(typeOf))).toEqual(
      new Set(eventsOf(recording?.response.text ?? '').map(typeOf)),
    );
  });
});

function typeOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined;
}
