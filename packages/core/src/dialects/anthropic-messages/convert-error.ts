import type { ProblemKind, ProviderError } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { findRetryAfter } from '../shared/find-retry-after.ts';
import { kindOfStatus } from '../shared/kind-of-status.ts';
import { defined, isObject, objectOf, wordOf } from '../shared/read.ts';

/** Anthropic's types, what they mean and the status they come with. */
const types: Readonly<Record<string, readonly [ProblemKind, number]>> = {
  invalid_request_error: ['invalid-request', 400],
  authentication_error: ['authentication', 401],
  billing_error: ['billing', 402],
  permission_error: ['permission', 403],
  not_found_error: ['not-found', 404],
  conflict_error: ['invalid-request', 409],
  request_too_large: ['too-large', 413],
  rate_limit_error: ['rate-limit', 429],
  api_error: ['server', 500],
  timeout_error: ['timeout', 504],
  overloaded_error: ['overloaded', 529],
};

const kinds: Readonly<Record<ProblemKind, readonly [type: string, status: number]>> = {
  'invalid-request': ['invalid_request_error', 400],
  'context-length': ['invalid_request_error', 400],
  'content-filter': ['invalid_request_error', 400],
  'model-not-found': ['not_found_error', 404],
  'not-found': ['not_found_error', 404],
  authentication: ['authentication_error', 401],
  permission: ['permission_error', 403],
  billing: ['billing_error', 402],
  quota: ['rate_limit_error', 429],
  'rate-limit': ['rate_limit_error', 429],
  overloaded: ['overloaded_error', 529],
  timeout: ['timeout_error', 504],
  'too-large': ['request_too_large', 413],
  server: ['api_error', 500],
};

export function parseError(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: JsonObject | undefined,
): ProviderError {
  const error = objectOf(body?.['error']);
  const type = wordOf(error?.['type']);
  const message =
    wordOf(error?.['message']) ?? wordOf(body?.['message']) ?? wordOf(body?.['error']) ?? `status ${status}`;
  const code = wordOf(objectOf(error?.['details'])?.['error_code']) ?? type;
  const known = type !== undefined && Object.hasOwn(types, type) ? types[type] : undefined;
  return {
    kind: refine(known?.[0] ?? kindOfStatus(status), message, code),
    status,
    message,
    ...defined({
      parameter: /^([a-z_]+(?:\.[\w-]+)*): /.exec(message)?.[1],
      code,
      retryAfter: findRetryAfter(headers, {
        fields: [error?.['retry_after'], body?.['retry_after']],
        message,
      }),
      raw: body,
    }),
  };
}

/** An error in the middle of a stream has no status: it is what it would have been. */
export function parseStreamError(body: JsonObject): ProviderError {
  const type = wordOf(objectOf(body['error'])?.['type']);
  const status = type !== undefined && Object.hasOwn(types, type) ? types[type]?.[1] : undefined;
  return parseError(status ?? 500, {}, body);
}

/** Some meanings have no type of their own. */
function refine(kind: ProblemKind, message: string, code: string | undefined): ProblemKind {
  if (kind === 'rate-limit' && (/spend_limit/.test(code ?? '') || /spend limit/i.test(message)))
    return 'quota';
  if (kind === 'not-found')
    return /^(?:publisher )?model\b|\bmodels?:/i.test(message) ? 'model-not-found' : kind;
  if (kind === 'authentication' || kind === 'permission') return kind;
  if (contextLength.test(message)) return 'context-length';
  if (kind !== 'invalid-request') return kind;
  if (/credit balance is too low/i.test(message)) return 'billing';
  if (/usage limits?\b/i.test(message)) return 'quota';
  if (/content filtering policy/i.test(message)) return 'content-filter';
  return /request (size )?exceeds the maximum size/i.test(message) ? 'too-large' : kind;
}

const contextLength =
  /prompt is too long|exceed(s|ed)? (the )?(model'?s )?(maximum )?context (limit|length|window)|input is too long/i;

export function renderError(error: ProviderError): { readonly status: number; readonly body: JsonObject } {
  const { raw } = error;
  const own = raw?.['type'] === 'error' ? objectOf(raw['error']) : undefined;
  const ownType = wordOf(own?.['type']);
  const kept = ownType !== undefined && Object.hasOwn(types, ownType) ? types[ownType] : undefined;
  const [type, usual] = kinds[error.kind];
  // A status of the same kind is kept: 502 is as much the server's fault as 500, but not the gateway's.
  const isKept = error.kind === 'server' && error.status > 500 && error.status < 529;
  const status = isKept ? error.status : usual;
  const details = own?.['details'] ?? threadDetails(error);
  return {
    status: kept?.[1] ?? status,
    body: {
      type: 'error',
      error: {
        type: kept === undefined ? type : (ownType ?? type),
        message: kept === undefined ? wordMessage(error) : error.message,
        ...(isObject(details) ? { details } : {}),
      },
      request_id: wordOf(raw?.['request_id']) ?? null,
    },
  };
}

/** By these Anthropic's SDK knows to send the whole conversation instead: `ThreadUnsupportedRequestErrorDetails`. */
function threadDetails({ code, parameter }: ProviderError): JsonObject | undefined {
  return code === 'unsupported_parameter' && parameter === 'thread'
    ? { error_code: 'thread_unsupported_request' }
    : undefined;
}

/** Callers tell by the words that the prompt is what is too long. */
function wordMessage({ kind, message }: ProviderError): string {
  return kind === 'context-length' && !/prompt is too long/i.test(message)
    ? `prompt is too long: ${message}`
    : message;
}
