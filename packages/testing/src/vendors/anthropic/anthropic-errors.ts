import type { OutgoingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../wire/read-json.ts';

/** An error of Anthropic's before it has its request's id: https://platform.claude.com/docs/en/api/errors. */
export interface AnthropicProblem {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly details?: JsonObject;
  readonly headers?: OutgoingHttpHeaders;
}

export function invalid(message: string): AnthropicProblem {
  return { status: 400, type: 'invalid_request_error', message };
}

export function notFound(message: string): AnthropicProblem {
  return { status: 404, type: 'not_found_error', message };
}

export function unauthenticated(message: string): AnthropicProblem {
  return { status: 401, type: 'authentication_error', message };
}

export function isProblem(value: object): value is AnthropicProblem {
  return 'message' in value && 'status' in value;
}

/** The whole body of an error, also inside a stream. */
export function renderProblem({ type, message, details }: AnthropicProblem, requestId: string): JsonObject {
  const error = { ...(details === undefined ? {} : { details }), type, message };
  return { type: 'error', error, request_id: requestId };
}

/** The vendor's own words for a status that a fault wants; a 400 is a prompt that is too long. */
export function problemOfStatus(status: number, model: string): AnthropicProblem {
  switch (status) {
    case 400:
      return invalid('prompt is too long: 208310 tokens > 200000 maximum');
    case 401:
      return unauthenticated('invalid x-api-key');
    case 402:
      return {
        status,
        type: 'billing_error',
        message:
          'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
      };
    case 403:
      return {
        status,
        type: 'permission_error',
        message: 'Your API key does not have permission to use the specified resource.',
      };
    case 404:
      return notFound(`model: ${model}`);
    case 413:
      return { status, type: 'request_too_large', message: 'Request exceeds the maximum size' };
    case 429:
      return {
        status,
        type: 'rate_limit_error',
        message:
          "This request would exceed your organization's rate limit of 50,000 input tokens per minute. For details, refer to: https://docs.claude.com/en/api/rate-limits. You can see the response headers for current usage. Please reduce the prompt length or the maximum tokens requested, or try again later. You may also contact sales at https://www.anthropic.com/contact-sales to discuss your options for a rate limit increase.",
        headers: {
          'retry-after': '1',
          'anthropic-ratelimit-input-tokens-limit': '50000',
          'anthropic-ratelimit-input-tokens-remaining': '0',
        },
      };
    case 504:
      return { status, type: 'timeout_error', message: 'Request timed out' };
    case 529:
      return overloaded;
    default:
      return status >= 500
        ? { status, type: 'api_error', message: 'Internal server error' }
        : { ...invalid(`The request was rejected with status ${status}.`), status };
  }
}

export const overloaded: AnthropicProblem = { status: 529, type: 'overloaded_error', message: 'Overloaded' };
