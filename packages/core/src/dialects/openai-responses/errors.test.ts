import { describe, expect, it } from 'vitest';
import { openaiResponses as codec } from './codec.ts';

describe('errors', () => {
  it.each([
    [400, { code: 'context_length_exceeded', message: 'm' }, 'context-length'],
    [400, { message: 'This exceeds the context window of this model' }, 'context-length'],
    [400, { code: 'content_filter', message: 'm' }, 'content-filter'],
    [400, { type: 'invalid_request_error', code: null, message: 'm' }, 'invalid-request'],
    [404, { code: 'model_not_found', message: 'm' }, 'model-not-found'],
    [404, { type: 'invalid_request_error', message: 'm' }, 'not-found'],
    [401, { code: 'invalid_api_key', message: 'm' }, 'authentication'],
    [403, { message: 'm' }, 'permission'],
    [429, { code: 'insufficient_quota', message: 'm' }, 'quota'],
    [429, { code: 'rate_limit_exceeded', message: 'm' }, 'rate-limit'],
    [503, { message: 'm' }, 'overloaded'],
    [500, { type: 'server_error', message: 'm' }, 'server'],
    [413, { message: 'm' }, 'too-large'],
  ] as const)('%i %j is %s', (status, error, kind) => {
    const parsed = codec.parseError(status, {}, { error });
    expect(parsed).toMatchObject({ kind, status });
    const { status: again, body } = codec.renderError(parsed);
    expect(codec.parseError(again, {}, body).kind).toBe(kind);
  });

  it('are worded as OpenAI does', () => {
    expect(codec.renderError({ kind: 'overloaded', status: 529, message: 'm' })).toEqual({
      status: 503,
      body: { error: { message: 'm', type: 'server_error', param: null, code: 'server_overloaded' } },
    });
    expect(codec.renderError({ kind: 'invalid-request', status: 409, message: 'm', parameter: 'p' })).toEqual(
      {
        status: 409,
        body: { error: { message: 'm', type: 'invalid_request_error', param: 'p', code: null } },
      },
    );
  });

  it.each([
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, '', 1500],
    [{ 'retry-after': '2' }, '', 2000],
    [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:10 GMT', date: 'Wed, 21 Oct 2015 07:28:00 GMT' }, '', 10_000],
    [{}, 'Please try again in 1m2.5s. Visit', 62_500],
    [{}, 'Please try again in 20ms.', 20],
    [{}, 'Please try again.', undefined],
  ])('%j %s waits %s', (headers, message, expected) => {
    expect(codec.parseError(429, headers, { error: { message } }).retryAfter).toBe(expected);
  });

  it.each([
    [400, 'invalid', 'Incorrect API key provided: k', 'authentication'],
    [400, 'invalid', 'The maximum prompt length of this model is 9', 'context-length'],
    [404, 'not-found', 'The model m does not exist', 'model-not-found'],
    [404, 'not-found', 'Response r not found', 'not-found'],
    [403, 'permission-denied', 'The team has no available credits', 'billing'],
    [400, 'invalid', 'The model m does not exist in this place', 'invalid-request'],
  ])('xAI’s %i %s "%s" is %s, by its words', (status, code, error, kind) => {
    expect(codec.parseError(status, {}, { code, error })).toMatchObject({ kind, status, message: error });
  });

  it('a body that is no object, and one of another make, are read', () => {
    expect(codec.parseError(502, {}, undefined)).toMatchObject({ kind: 'server', status: 502 });
    expect(codec.parseError(400, {}, { error: 'bad' }).message).toBe('bad');
    expect(codec.parseError(422, {}, { detail: 'bad' })).toMatchObject({
      kind: 'invalid-request',
      message: 'bad',
    });
  });
});
