import { describe, expect, test } from 'vitest';
import { readChatError } from './read-chat-error.ts';

const headers = { 'content-type': 'application/json', 'retry-after': '2' };

function read(status: number, body: unknown): { status: number; sent: number; told: unknown } {
  const problem = readChatError(status, headers, Buffer.from(JSON.stringify(body)));
  expect(problem.answer.headers).toEqual(headers);
  const told: unknown = JSON.parse(Buffer.from(problem.answer.body).toString());
  return { status: problem.status, sent: problem.answer.status, told };
}

describe('an error of the family', () => {
  test.each([
    [
      'DeepSeek',
      400,
      { message: 'Model Not Exist', type: 'x', code: 'invalid_request_error' },
      404,
      'model_not_found',
    ],
    [
      'vLLM',
      400,
      { message: "This model's maximum context length is 8 tokens.", type: 'BadRequestError', code: 400 },
      400,
      'context_length_exceeded',
    ],
    [
      'Azure',
      404,
      { message: 'The API deployment does not exist.', code: 'DeploymentNotFound' },
      404,
      'model_not_found',
    ],
  ] as const)('has OpenAI’s status and code: %s', (_, status, error, expected, code) => {
    const { told, ...read_ } = read(status, { error: { ...error, own: 1 }, more: true });
    expect(read_).toEqual({ status: expected, sent: expected });
    expect(told).toMatchObject({ error: { message: error.message, code, own: 1 }, more: true });
  });

  test('xAI’s, which is text, says that the key is wrong', () => {
    const error = 'Incorrect API key provided: xa***ab.';
    expect(read(400, { code: 'Client specified an invalid argument', error })).toMatchObject({ status: 401 });
  });

  test.each([
    [400, { error: { message: 'Invalid value', type: 'invalid_request_error', code: 'invalid_value' } }],
    [429, { error: { message: 'Slow down', code: '1300' } }],
    [404, { error: { message: 'no such model', type: 'invalid_request_error', code: 'model_not_found' } }],
    [503, { error: { message: 'overloaded', code: null } }],
  ])('passes as it came where its meaning is plain: %i', (status, body) => {
    expect(read(status, body)).toEqual({ status, sent: status, told: body });
  });

  test('passes as it came where it is no JSON object', () => {
    for (const text of ['<html>', '[]', '"x"', '']) {
      const body = Buffer.from(text);
      expect(readChatError(400, headers, body)).toEqual({
        status: 400,
        answer: { status: 400, headers, body },
      });
    }
  });
});
