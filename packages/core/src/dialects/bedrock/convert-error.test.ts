import { describe, expect, test } from 'vitest';
import type { ProblemKind } from '../../protocol/chat-answer.ts';
import { bedrock } from './codec.ts';

const parse = (status: number, type: string, message: string) =>
  bedrock.parseError(
    status,
    { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/` },
    { message },
  );

describe('errors', () => {
  test.each<[number, string, string, ProblemKind]>([
    [400, 'ValidationException', 'Input is too long for requested model.', 'context-length'],
    [
      400,
      'ValidationException',
      'The model returned the following errors: prompt is too long: 200049 tokens > 200000 maximum',
      'context-length',
    ],
    [400, 'ValidationException', 'The provided model identifier is invalid.', 'model-not-found'],
    [400, 'ValidationException', 'The toolConfig field must be defined', 'invalid-request'],
    [403, 'AccessDeniedException', "You don't have access to the model", 'permission'],
    [
      403,
      'UnrecognizedClientException',
      'The security token included in the request is invalid',
      'authentication',
    ],
    [429, 'ThrottlingException', 'Too many requests, please wait', 'rate-limit'],
    [429, 'ThrottlingException', 'Too many tokens per day', 'quota'],
    [429, 'ModelNotReadyException', 'not ready', 'overloaded'],
    [400, 'ServiceQuotaExceededException', 'over', 'quota'],
    [408, 'ModelTimeoutException', 'slow', 'timeout'],
    [404, 'ResourceNotFoundException', 'gone', 'model-not-found'],
    [424, 'ModelErrorException', 'broke', 'server'],
    [503, 'ServiceUnavailableException', 'busy', 'overloaded'],
    [500, 'InternalServerException', 'oops', 'server'],
  ])('%i %s "%s" is %s', (status, type, message, kind) => {
    expect(parse(status, type, message)).toMatchObject({ status, kind, message, code: type });
  });

  test('the type may stand in the body, with a namespace, and the message with a capital', () => {
    const body = { __type: 'com.amazon.coral.service#ThrottlingException', Message: 'slow down' };
    expect(bedrock.parseError(429, {}, body)).toMatchObject({
      kind: 'rate-limit',
      code: 'ThrottlingException',
      message: 'slow down',
    });
  });

  test.each([
    [404, 'Could not resolve the foundation model from the identifier', 'model-not-found'],
    [404, 'Model use case details have not been submitted', 'permission'],
    [404, 'no such way', 'not-found'],
  ])('without a type, %i "%s" is %s', (status, message, kind) => {
    expect(bedrock.parseError(status, {}, { message })).toMatchObject({ kind, message });
  });

  test('without any body the status speaks', () => {
    expect(bedrock.parseError(503, {}, undefined)).toEqual({
      kind: 'overloaded',
      status: 503,
      message: 'HTTP 503',
    });
  });

  test.each<[Readonly<Record<string, string>>, string, number]>([
    [{ 'retry-after': '3' }, '', 3000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, '', 10_000],
    [{}, 'Too many tokens, please wait 20 seconds before trying again.', 20_000],
    [{}, 'Please try again in 2 minutes.', 120_000],
    [{}, 'Retry in 250ms', 250],
  ])('waits as %o "%s" says', (headers, message, wait) => {
    expect(bedrock.parseError(429, headers, { message }).retryAfter).toBe(wait);
  });

  test('what is no time to wait is none', () => {
    expect(
      bedrock.parseError(429, { 'retry-after': 'soon' }, { message: 'wait' }).retryAfter,
    ).toBeUndefined();
  });

  const kinds: readonly ProblemKind[] = [
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

  test.each(kinds)('%s is rendered so that it is read again', (kind) => {
    const { status, body } = bedrock.renderError({ kind, status: 418, message: 'the words' });
    const read = bedrock.parseError(status, {}, body);
    expect(read.kind).toBe(kind);
    expect(read.message).toContain('the words');
  });

  test('what came from Bedrock keeps its name and its message', () => {
    const error = parse(400, 'ServiceQuotaExceededException', 'over');
    expect(bedrock.renderError(error)).toEqual({
      status: 400,
      body: { __type: 'ServiceQuotaExceededException', message: 'over' },
    });
  });
});
