import { describe, expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import { classifyConnectionError, classifyStatus, readRetryAfter } from './classify-failure.ts';
import { pickResponseHeaders } from './response-headers.ts';

const now = Date.UTC(2026, 0, 1);
const answer = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: Buffer.from('{"error":{"message":"canary"}}'),
});

const failed = (code: string): Error => Object.assign(new Error('canary'), { code });

describe('readRetryAfter', () => {
  test.each<[headers: Record<string, string>, milliseconds: number | undefined]>([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '120', 'retry-after': '1' }, 120],
    [{ 'retry-after-ms': 'soon', 'retry-after': '1' }, 1000],
    [{ 'retry-after-ms': '', 'retry-after': '1' }, 1000],
    [{ 'retry-after-ms': '-1' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': ' ' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': 'Infinity' }, undefined],
    [{ 'retry-after': '1e308' }, undefined],
    [{}, undefined],
  ])('%j is %j', (headers, milliseconds) => {
    expect(readRetryAfter(headers, now)).toBe(milliseconds);
  });
});

describe('classifyStatus', () => {
  test.each([
    [400, 'never', 'success'],
    [404, 'never', 'success'],
    [413, 'never', 'success'],
    [422, 'never', 'success'],
    [408, 'anywhere', 'failure'],
    [409, 'anywhere', 'neutral'],
    [429, 'anywhere', 'neutral'],
    [500, 'anywhere', 'failure'],
    [502, 'anywhere', 'failure'],
    [503, 'anywhere', 'failure'],
    [504, 'anywhere', 'failure'],
    [529, 'anywhere', 'failure'],
    [401, 'elsewhere', 'neutral'],
    [402, 'elsewhere', 'neutral'],
    [403, 'elsewhere', 'neutral'],
    [302, 'elsewhere', 'failure'],
    [307, 'elsewhere', 'failure'],
  ])('a %i may be tried %s, and is a %s to the breaker', (status, retry, health) => {
    expect(classifyStatus('azure', answer(status), now).failure).toMatchObject({ retry, health, sent: true });
  });

  test.each([400, 404, 409, 422, 429])("the caller sees the upstream's own words for a %i", (status) => {
    const given = answer(status);
    expect(classifyStatus('azure', given, now).failure?.answer).toBe(given);
  });

  test.each([302, 401, 402, 403, 500, 503])(
    'and never for a %i, which may quote what is secret',
    (status) => {
      const error = classifyStatus('azure', answer(status), now);
      expect(error.failure?.answer).toBeUndefined();
      expect(JSON.stringify([error.message, error.details])).not.toContain('canary');
    },
  );

  test('a 429 puts its key to rest for as long as was asked, a 401 says nothing of a time', () => {
    expect(classifyStatus('azure', answer(429, { 'retry-after': '7' }), now)).toMatchObject({
      details: { retryAfter: 7000 },
      failure: { key: { problem: 'limited', coolFor: 7000 } },
    });
    expect(classifyStatus('azure', answer(429), now).failure?.key).toEqual({ problem: 'limited' });
    expect(classifyStatus('azure', answer(401), now).failure?.key).toEqual({ problem: 'refused' });
  });
});

describe('classifyConnectionError', () => {
  test.each([
    ['ECONNREFUSED', true, 'VE_UPSTREAM_UNREACHABLE', false],
    ['ENOTFOUND', true, 'VE_UPSTREAM_UNREACHABLE', false],
    ['UND_ERR_CONNECT_TIMEOUT', true, 'VE_UPSTREAM_UNREACHABLE', false],
    ['CERT_HAS_EXPIRED', false, 'VE_UPSTREAM_UNREACHABLE', false],
    ['ECONNRESET', false, 'VE_UPSTREAM_UNREACHABLE', false],
    ['ECONNRESET', true, 'VE_UPSTREAM_RESET', true],
    ['UND_ERR_SOCKET', true, 'VE_UPSTREAM_RESET', true],
    ['HPE_INVALID_CONSTANT', true, 'VE_UPSTREAM_PROTOCOL', true],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', true, 'VE_UPSTREAM_PROTOCOL', true],
  ])('%s, request started: %s, is %s', (code, started, expected, sent) => {
    const cause = failed(code);
    const error = classifyConnectionError(cause, 'azure', started);
    expect(error).toMatchObject({ code: expected, cause, failure: { sent, health: 'failure' } });
    expect(error.message).not.toContain('canary');
  });

  test('what is classified already stays as it is, and anything thrown can be', () => {
    const own = new GatewayError('VE_DEADLINE');
    expect(classifyConnectionError(own, 'azure', true)).toBe(own);
    for (const thrown of [undefined, null, 'reset', {}])
      expect(classifyConnectionError(thrown, 'azure', true).code).toBe('VE_UPSTREAM_RESET');
  });
});

describe('pickResponseHeaders', () => {
  test('lets content type, retry hints and rate limits cross, and nothing else', () => {
    const picked = {
      'content-type': 'application/json',
      'retry-after': '1',
      'retry-after-ms': '900',
      'x-should-retry': 'false',
      'openai-processing-ms': '12',
      'x-ratelimit-remaining-requests': '9',
      'ratelimit-reset': '3',
    };
    const kept = {
      'set-cookie': ['a=1', 'b=2'],
      'openai-organization': 'acme',
      'x-request-id': 'theirs',
      'access-control-allow-origin': '*',
      'content-length': '7',
      'content-encoding': 'gzip',
      'transfer-encoding': 'chunked',
      connection: 'close',
      location: 'http://127.0.0.1',
      'not-x-ratelimit': '1',
    };
    expect(pickResponseHeaders({ ...kept, ...picked })).toEqual(picked);
  });

  test('joins what comes several times, and makes every value one that can be written', () => {
    expect(
      pickResponseHeaders({
        'x-ratelimit-a': ['1', '2'],
        'content-type': 'text/\r\nset-cookie: é',
        ratelimit: undefined,
      }),
    ).toEqual({ 'x-ratelimit-a': '1, 2', 'content-type': 'text/??set-cookie: ?' });
  });
});
