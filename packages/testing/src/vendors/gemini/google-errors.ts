import type { OutgoingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../wire/read-json.ts';

/** An error as all of Google's services tell it: https://cloud.google.com/apis/design/errors. */
export interface GoogleProblem {
  readonly code: number;
  readonly status: string;
  readonly message: string;
  readonly details?: readonly JsonObject[];
  readonly headers?: OutgoingHttpHeaders;
}

export function invalid(message: string, details?: readonly JsonObject[]): GoogleProblem {
  return { code: 400, status: 'INVALID_ARGUMENT', message, ...(details === undefined ? {} : { details }) };
}

/** A request that does not fit the API's definition of it: the details name the field. */
export function misfit(description: string, field: string): GoogleProblem {
  const violation = field === '' ? { description } : { field, description };
  return invalid(description, [
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] },
  ]);
}

export function notFound(message: string): GoogleProblem {
  return { code: 404, status: 'NOT_FOUND', message };
}

export function isProblem(value: object): value is GoogleProblem {
  return 'code' in value && 'message' in value;
}

export function renderProblem({ code, message, status, details }: GoogleProblem): JsonObject {
  return { error: { code, message, status, ...(details === undefined ? {} : { details }) } };
}

export function errorInfo(reason: string, service: string): JsonObject {
  return {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
    metadata: { service },
  };
}

/** The vendor's own words for a status that a fault wants; a 400 is a prompt that is too long. */
export function problemOfStatus(code: number, model: string): GoogleProblem {
  switch (code) {
    case 400:
      return invalid(
        'The input token count (1200001) exceeds the maximum number of tokens allowed (1048576).',
      );
    case 401:
      return unauthenticated;
    case 403:
      return { code, status: 'PERMISSION_DENIED', message: 'The caller does not have permission' };
    case 404:
      return notFound(`models/${model} is not found for API version v1beta`);
    case 429:
      return exhausted(model);
    case 503:
      return { code, status: 'UNAVAILABLE', message: 'The model is overloaded. Please try again later.' };
    case 504:
      return {
        code,
        status: 'DEADLINE_EXCEEDED',
        message: 'Deadline expired before operation could complete.',
      };
    default:
      return code >= 500
        ? { code, status: 'INTERNAL', message: 'An internal error has occurred. Please retry.' }
        : { ...invalid(`The request was rejected with status ${code}.`), code };
  }
}

export const unauthenticated: GoogleProblem = {
  code: 401,
  status: 'UNAUTHENTICATED',
  message:
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  details: [errorInfo('ACCESS_TOKEN_TYPE_UNSUPPORTED', 'aiplatform.googleapis.com')],
};

/** The time to wait stands in the body alone. */
function exhausted(model: string): GoogleProblem {
  return {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. \n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_paid_tier_input_token_count, limit: 1000000, model: ${model}\nPlease retry in 1.5s.`,
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.Help',
        links: [
          {
            description: 'Learn more about Gemini API quotas',
            url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
          },
        ],
      },
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [
          {
            quotaMetric: 'generativelanguage.googleapis.com/generate_content_paid_tier_input_token_count',
            quotaId: 'GenerateContentPaidTierInputTokensPerModelPerMinute',
            quotaDimensions: { location: 'global', model },
            quotaValue: '1000000',
          },
        ],
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' },
    ],
  };
}
