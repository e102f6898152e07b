import { describe, expect, test } from 'vitest';
import { GatewayError, type GatewayErrorCode } from '../../errors.ts';
import { renderError, renderErrorEvent, toWireError } from './word-error.ts';

/** Every code, with the status that the caller gets. That none is missing is checked by its type. */
const statuses: Record<GatewayErrorCode, number> = {
  VE_OPTIONS_INVALID: 500,
  VE_PATH_INVALID: 400,
  VE_ROUTE_NOT_FOUND: 404,
  VE_METHOD_NOT_ALLOWED: 405,
  VE_CONTENT_TYPE_UNSUPPORTED: 415,
  VE_CONTENT_ENCODING_UNSUPPORTED: 415,
  VE_BODY_TOO_LARGE: 413,
  VE_BODY_TIMEOUT: 408,
  VE_BODY_INVALID: 400,
  VE_BODY_CONSUMED: 500,
  VE_PARAMETER_MISSING: 400,
  VE_PARAMETER_INVALID: 400,
  VE_PARAMETER_UNSUPPORTED: 400,
  VE_RESPONSE_NOT_FOUND: 404,
  VE_PREVIOUS_NOT_FOUND: 400,
  VE_STORE_FAILED: 503,
  VE_LINK_INVALID: 403,
  VE_FILE_NOT_FOUND: 404,
  VE_OBJECT_NOT_FOUND: 404,
  VE_TASK_NOT_FOUND: 404,
  VE_TASK_UNFINISHED: 400,
  VE_TASK_FAILED: 422,
  VE_TASK_FILTERED: 400,
  VE_IDEMPOTENCY_CONFLICT: 409,
  VE_OUTCOME_UNKNOWN: 502,
  VE_UNAUTHENTICATED: 401,
  VE_ORIGIN_REFUSED: 403,
  VE_BUDGET_EXCEEDED: 429,
  VE_REDACTION_BLOCKED: 400,
  VE_REDACTION_FAILED: 503,
  VE_GUARD_REFUSED: 403,
  VE_GUARD_FAILED: 503,
  VE_IDENTIFY_FAILED: 500,
  VE_FORBIDDEN: 403,
  VE_CONFLICT: 409,
  VE_MODEL_NOT_FOUND: 404,
  VE_OPERATION_UNSUPPORTED: 404,
  VE_NOT_CACHED: 504,
  VE_CLOSING: 503,
  VE_CLIENT_CLOSED: 499,
  VE_OVERTAKEN: 500,
  VE_RATE_LIMITED: 429,
  VE_TARGET_BUSY: 503,
  VE_UPSTREAM_COOLING: 429,
  VE_UPSTREAM_DRAINED: 503,
  VE_UPSTREAM_UNREACHABLE: 503,
  VE_UPSTREAM_TIMEOUT: 504,
  VE_UPSTREAM_RESET: 502,
  VE_UPSTREAM_PROTOCOL: 502,
  VE_UPSTREAM_STATUS: 502,
  VE_UPSTREAM_KEY: 502,
  VE_DEADLINE: 504,
  VE_INTERNAL: 500,
};
const codes = Object.entries(statuses).map(([code, status]) => ({ code: code as GatewayErrorCode, status }));

describe('renderError', () => {
  test.each(codes)('$code is a $status in the words of OpenAI', ({ code, status }) => {
    const cause = new Error('canary-cause');
    const rendered = renderError(
      new GatewayError(
        code,
        {
          reason: 'a reason',
          parameter: 'model',
          model: 'gpt',
          upstream: 'azure',
          id: 'resp_1',
          limit: 10,
          position: 7,
        },
        { cause },
      ),
    );
    expect(rendered).toMatchObject({ status, headers: { 'content-type': 'application/json' } });
    const body: unknown = JSON.parse(rendered.body.toString());
    expect(body).toEqual({
      error: {
        // Of a thing that is not there OpenAI says no sentence.
        message: expect.stringMatching(/^[A-Z].*(?:[.?]|object: \w+)$/),
        type: expect.stringMatching(/^[a-z_]+$/),
        param: 'model',
        code: expect.stringMatching(/^[a-z_]+$/),
      },
    });
    // Facts that were not given leave no hole in the sentence; a cause is for the log.
    expect(rendered.body.toString()).not.toMatch(/undefined|canary|VE_/);
  });

  test.each<[upstreamStatus: number, status: number]>([
    [400, 400],
    [404, 404],
    [409, 409],
    [422, 422],
    [429, 429],
    [408, 504],
    [500, 502],
    [502, 502],
    [503, 503],
    [504, 504],
    [529, 503],
    [520, 502],
  ])("an upstream's %i is the caller's %i", (upstreamStatus, status) => {
    expect(
      renderError(new GatewayError('VE_UPSTREAM_STATUS', { upstream: 'azure', upstreamStatus })).status,
    ).toBe(status);
  });

  test('tells when to come back in both forms, rounded up', () => {
    expect(
      renderError(new GatewayError('VE_UPSTREAM_COOLING', { retryAfter: 1200.5 })).headers,
    ).toMatchObject({
      'retry-after': '2',
      'retry-after-ms': '1201',
    });
  });

  test('tells which methods an address takes', () => {
    const { headers, body } = renderError(
      new GatewayError('VE_METHOD_NOT_ALLOWED', { allow: ['GET', 'HEAD'] }),
    );
    expect(headers['allow']).toBe('GET, HEAD');
    expect(body.toString()).toContain('GET or HEAD');
  });

  test('names the models that may have been meant', () => {
    const { error } = toWireError(
      new GatewayError('VE_MODEL_NOT_FOUND', { model: 'gpt4', suggestions: ['gpt-4o', 'gpt-4.1'] }),
    );
    expect(error.message).toBe("The model 'gpt4' does not exist here. Did you mean 'gpt-4o' or 'gpt-4.1'?");
  });

  test('whatever else was thrown is an internal error that says nothing of it', () => {
    for (const thrown of [new TypeError('canary'), 'canary', undefined]) {
      const rendered = renderError(thrown);
      expect(rendered.status).toBe(500);
      expect(rendered.body.toString()).not.toContain('canary');
    }
  });
});

test('the error event is one event, whatever the words in it', () => {
  const event = renderErrorEvent(
    new GatewayError('VE_PARAMETER_INVALID', { parameter: 'a\r\n\r\ndata: [DONE]\n\n\u2028' }),
  ).toString();
  expect(event).toMatch(/^data: [^\r\n]+\n\n$/);
  expect(JSON.parse(event.slice('data: '.length))).toMatchObject({ error: { code: 'invalid_value' } });
});
