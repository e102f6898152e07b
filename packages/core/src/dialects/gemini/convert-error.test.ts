import { describe, expect, test } from 'vitest';
import type { ProblemKind } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { gemini } from './codec.ts';

function wire(code: number, status: string, message = 'no', ...details: JsonObject[]): JsonObject {
  return { error: { code, status, message, details } };
}

function detail(type: string, fields: JsonObject): JsonObject {
  return { '@type': `type.googleapis.com/google.rpc.${type}`, ...fields };
}

const tooLong = 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).';
const daily = { violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }] };

describe('parseError', () => {
  test.each<[string, number, JsonObject, ProblemKind, number]>([
    [
      'a bad key',
      400,
      wire(400, 'INVALID_ARGUMENT', 'no', detail('ErrorInfo', { reason: 'API_KEY_INVALID' })),
      'authentication',
      401,
    ],
    [
      'a bad key, by its words',
      400,
      wire(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'),
      'authentication',
      401,
    ],
    ['too many tokens', 400, wire(400, 'INVALID_ARGUMENT', tooLong), 'context-length', 400],
    ['a bad argument', 400, wire(400, 'INVALID_ARGUMENT'), 'invalid-request', 400],
    ['no permission', 403, wire(403, 'PERMISSION_DENIED'), 'permission', 403],
    [
      'an unknown model',
      404,
      wire(404, 'NOT_FOUND', 'models/x is not found for API version v1beta'),
      'model-not-found',
      404,
    ],
    ['an unknown file', 404, wire(404, 'NOT_FOUND', 'File x not found'), 'not-found', 404],
    ['a limit of the minute', 429, wire(429, 'RESOURCE_EXHAUSTED'), 'rate-limit', 429],
    [
      'a limit of the day',
      429,
      wire(429, 'RESOURCE_EXHAUSTED', 'no', detail('QuotaFailure', daily)),
      'quota',
      429,
    ],
    ['a credit used up', 429, wire(429, 'RESOURCE_EXHAUSTED', 'Your credits are depleted.'), 'billing', 403],
    ['an overload', 503, wire(503, 'UNAVAILABLE'), 'overloaded', 503],
    ['a deadline', 504, wire(504, 'DEADLINE_EXCEEDED'), 'timeout', 504],
    ['a failure', 500, wire(500, 'INTERNAL'), 'server', 500],
    ['a code of gRPC inside a stream', 0, wire(8, 'RESOURCE_EXHAUSTED'), 'rate-limit', 429],
    ['an error without a word', 502, {}, 'server', 502],
  ])('%s', (_, status, body, kind, meant) => {
    expect(gemini.parseError(status, {}, body)).toMatchObject({ kind, status: meant });
  });

  test('no body at all is told by its status', () => {
    expect(gemini.parseError(429, { 'retry-after': '3' }, undefined)).toMatchObject({
      kind: 'rate-limit',
      retryAfter: 3000,
    });
  });

  test('the time to wait stands in the body', () => {
    const body = wire(429, 'RESOURCE_EXHAUSTED', 'no', detail('RetryInfo', { retryDelay: '27s' }));
    expect(gemini.parseError(429, {}, body).retryAfter).toBe(27_000);
    const inWords = wire(429, 'RESOURCE_EXHAUSTED', 'Please retry in 1.5s.');
    expect(gemini.parseError(429, {}, inWords).retryAfter).toBe(1500);
  });

  test('Vertex’s list of one error is read as that error', () => {
    const list = [wire(429, 'RESOURCE_EXHAUSTED', 'busy')] as unknown as JsonObject;
    expect(gemini.parseError(429, {}, list)).toMatchObject({ message: 'busy', code: 'RESOURCE_EXHAUSTED' });
  });

  test('the parameter at fault is named', () => {
    const violations = detail('BadRequest', {
      fieldViolations: [{ field: 'contents[0]', description: 'bad' }],
    });
    expect(gemini.parseError(400, {}, wire(400, 'INVALID_ARGUMENT', 'no', violations)).parameter).toBe(
      'contents[0]',
    );
  });
});

describe('renderError', () => {
  const kinds: ProblemKind[] = [
    'invalid-request',
    'context-length',
    'content-filter',
    'model-not-found',
    'not-found',
    'authentication',
    'permission',
    'billing',
    'quota',
    'rate-limit',
    'overloaded',
    'timeout',
    'too-large',
    'server',
  ];

  test.each(kinds)('%s is the same when it is read again', (kind) => {
    const { status, body } = gemini.renderError({
      kind,
      status: 500,
      message: 'no',
      parameter: 'p',
      retryAfter: 1500,
    });
    expect(gemini.parseError(status, {}, body)).toMatchObject({
      kind,
      status,
      message: 'no',
      parameter: 'p',
      retryAfter: 1500,
    });
  });

  test('Google’s own details are given back', () => {
    const body = wire(429, 'RESOURCE_EXHAUSTED', 'no', detail('QuotaFailure', daily));
    expect(gemini.renderError(gemini.parseError(429, {}, body))).toEqual({ status: 429, body });
  });
});
