import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import { isBareError } from './inspect-answer.ts';
import { readOpening } from './opens-stream.ts';
import { readErrorStatus } from './read-error.ts';

const chunk = (choice: object): string => JSON.stringify({ choices: [choice] });

describe('readOpening', () => {
  test.each<[what: string, data: string | undefined]>([
    ['a comment', undefined],
    ['an event without data', ''],
    ['a role', chunk({ delta: { role: 'assistant' } })],
    ['a role with empty content', chunk({ delta: { role: 'assistant', content: '' } })],
    [
      'a role with nulls',
      chunk({ delta: { role: 'assistant', content: null, refusal: null }, finish_reason: null }),
    ],
    ['an empty list of tool calls', chunk({ delta: { tool_calls: [] } })],
    ["Azure's prompt filter results", '{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}'],
    ['no choices', '{"id":"x"}'],
    ['choices that are none', '{"choices":[null,7]}'],
    ['a null error', '{"error":null,"choices":[]}'],
    [
      "MiniMax's word that all is well",
      '{"choices":[],"base_resp":{"status_code":0,"status_msg":"success"}}',
    ],
  ])('holds %s', (_what, data) => {
    expect(readOpening(data)).toEqual({ kind: 'hold' });
  });

  test.each<[what: string, data: string]>([
    ['content', chunk({ delta: { content: 'a' } })],
    ['a space', chunk({ delta: { content: ' ' } })],
    ['reasoning', chunk({ delta: { reasoning_content: 'hm' } })],
    ['a refusal', chunk({ delta: { refusal: 'no' } })],
    ['a tool call', chunk({ delta: { tool_calls: [{ index: 0 }] } })],
    ['audio', chunk({ delta: { audio: { id: 'a' } } })],
    ['a legacy completion', chunk({ text: 'a' })],
    ['a finish reason', chunk({ delta: {}, finish_reason: 'length' })],
    ['content of a later choice', '{"choices":[{"delta":{}},{"delta":{"content":"b"}}]}'],
    ['the end', '[DONE]'],
  ])('commits at %s', (_what, data) => {
    expect(readOpening(data)).toEqual({ kind: 'commit' });
  });

  test('tells an error from an answer', () => {
    const error = { message: 'overloaded', code: 503 };
    expect(readOpening(JSON.stringify({ error }))).toEqual({ kind: 'error', error });
    expect(readOpening('{"error":"down"}')).toEqual({ kind: 'error', error: 'down' });
  });

  test.each<[vendor: string, body: JsonObject, status: number]>([
    ['MiniMax', { choices: null, base_resp: { status_code: 1002, status_msg: 'rate limit' } }, 429],
    ['MiniMax', { base_resp: { status_code: 2013, status_msg: 'invalid params' } }, 400],
    ['MiniMax', { type: 'error', error: { message: 'x', http_code: '529' } }, 529],
    ['xAI', { code: 'Client specified an invalid argument', error: 'bad' }, 502],
    ['vLLM', { object: 'error', message: 'too long', code: 400 }, 400],
    ['SiliconFlow', { code: 20012, message: 'Model does not exist.', data: null }, 502],
  ])('tells the error of %s from an answer: %j', (_vendor, body, status) => {
    const opening = readOpening(JSON.stringify(body));
    expect(opening.kind).toBe('error');
    expect(opening.kind === 'error' && readErrorStatus(opening.error)).toBe(status);
    expect(isBareError(Buffer.from(JSON.stringify(body)))).toBe(true);
  });

  test('a whole answer is none, whatever else it says', () => {
    const choices = [{ index: 0, message: { content: '"error"' } }];
    for (const more of [{}, { base_resp: { status_code: 0, status_msg: '' } }, { code: 200, error: null }])
      expect(isBareError(Buffer.from(JSON.stringify({ choices, ...more })))).toBe(false);
  });

  test.each(['<html>', '{"choices":', '7', 'null', '"text"'])('%s is garbage', (data) => {
    expect(readOpening(data)).toEqual({ kind: 'garbage' });
  });
});

describe('readErrorStatus', () => {
  test.each([
    [{ code: 429 }, 429],
    [{ code: '503' }, 503],
    [{ status: 529 }, 529],
    [{ status_code: 400, code: 'x' }, 400],
    [{ code: 200 }, 502],
    [{ code: null }, 502],
    [{ type: 'invalid_request_error', code: 'model_not_found' }, 400],
    [{ code: 'rate_limit_exceeded' }, 429],
    [{ type: 'server_error' }, 502],
    ['overloaded', 502],
    [undefined, 502],
  ])('%j stands for %i', (error, status) => {
    expect(readErrorStatus(error)).toBe(status);
  });
});
