import { describe, expect, test } from 'vitest';
import type { ProblemKind } from '../../protocol/chat-answer.ts';
import { parseError, renderError } from './convert-error.ts';

const error = (type: string, message = 'm') => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_1',
});

const told = (kind: ProblemKind) => renderError({ kind, status: 418, message: 'm', code: 'theirs' });

describe('errors', () => {
  test.each<[number, string, string, ProblemKind]>([
    [400, 'invalid_request_error', 'm', 'invalid-request'],
    [400, 'invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum', 'context-length'],
    [
      400,
      'invalid_request_error',
      'input length and `max_tokens` exceed context limit: 1 + 2 > 2',
      'context-length',
    ],
    [400, 'invalid_request_error', 'Your credit balance is too low to access the API', 'billing'],
    [400, 'invalid_request_error', 'You have reached your specified API usage limits.', 'quota'],
    [400, 'invalid_request_error', 'Output blocked by content filtering policy', 'content-filter'],
    [401, 'authentication_error', 'invalid x-api-key', 'authentication'],
    [402, 'billing_error', 'm', 'billing'],
    [403, 'permission_error', 'm', 'permission'],
    [404, 'not_found_error', 'model: claude-0', 'model-not-found'],
    [404, 'not_found_error', 'Publisher Model `m` was not found', 'model-not-found'],
    [404, 'not_found_error', 'Not found', 'not-found'],
    [413, 'request_too_large', 'Request exceeds the maximum size', 'too-large'],
    [429, 'rate_limit_error', 'm', 'rate-limit'],
    [500, 'api_error', 'm', 'server'],
    [504, 'timeout_error', 'm', 'timeout'],
    [529, 'overloaded_error', 'Overloaded', 'overloaded'],
  ])('%i %s "%s" is %s, and the same again when told', (status, type, message, kind) => {
    const parsed = parseError(status, {}, error(type, message));
    expect(parsed).toMatchObject({ kind, status, message });
    expect(renderError(parsed)).toEqual({ status, body: error(type, message) });
  });

  test('a thread that cannot be kept is told so that the SDK sends the whole conversation', () => {
    const refused = {
      kind: 'invalid-request',
      status: 400,
      message: 'm',
      code: 'unsupported_parameter',
    } as const;
    const detailsFor = (parameter: string): unknown => renderError({ ...refused, parameter }).body['error'];
    expect(detailsFor('thread')).toMatchObject({ details: { error_code: 'thread_unsupported_request' } });
    expect(detailsFor('seed')).not.toHaveProperty('details');
  });

  test('without a body the status decides', () => {
    expect(parseError(529, {}, undefined).kind).toBe('overloaded');
    expect(parseError(503, {}, undefined).kind).toBe('overloaded');
    expect(parseError(418, {}, {}).kind).toBe('invalid-request');
    expect(parseError(502, {}, { error: 'bad gateway' })).toMatchObject({
      kind: 'server',
      message: 'bad gateway',
    });
  });

  test('when to come again is read from headers and body', () => {
    const date = 'Sat, 21 Nov 2026 09:00:00 GMT';
    expect(parseError(429, { 'retry-after': '2' }, undefined).retryAfter).toBe(2000);
    expect(parseError(429, { 'retry-after-ms': '20', 'retry-after': '2' }, undefined).retryAfter).toBe(20);
    expect(parseError(429, {}, { error: { retry_after: 1.5 } }).retryAfter).toBe(1500);
    expect(
      parseError(429, { 'retry-after': 'Sat, 21 Nov 2026 09:00:03 GMT', date }, undefined).retryAfter,
    ).toBe(3000);
    expect(parseError(429, { 'retry-after': 'soon' }, undefined)).not.toHaveProperty('retryAfter');
  });

  test('the parameter at fault is the one that the message begins with', () => {
    expect(
      parseError(400, {}, error('invalid_request_error', 'messages.1.content: Field required')).parameter,
    ).toBe('messages.1.content');
  });

  test("other vendors' errors are worded so that Anthropic's callers know them", () => {
    expect(told('context-length')).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', message: 'prompt is too long: m' } },
    });
    expect(told('overloaded')).toMatchObject({ status: 529, body: { error: { type: 'overloaded_error' } } });
    expect(told('server')).toMatchObject({ status: 500, body: { error: { type: 'api_error' } } });
    const badGateway = renderError({ kind: 'server', status: 502, message: 'm' });
    expect(badGateway).toMatchObject({ status: 502, body: { error: { type: 'api_error' } } });
    expect(told('quota')).toMatchObject({ status: 429, body: { error: { type: 'rate_limit_error' } } });
    expect(told('model-not-found')).toMatchObject({ status: 404, body: { request_id: null } });
  });
});
