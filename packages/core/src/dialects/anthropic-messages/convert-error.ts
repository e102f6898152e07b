import type { ProblemKind, ProviderError } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, isObject, numberOf, objectOf, wordOf } from './read.ts';

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
      retryAfter: readRetryAfter(headers, [error, body]),
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
  if (kind === 'not-found') return /^model\b|\bmodels?:/i.test(message) ? 'model-not-found' : kind;
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

function kindOfStatus(status: number): ProblemKind {
  const exact = Object.values(types).find(([, known]) => known === status)?.[0];
  if (exact !== undefined) return exact;
  if (status === 503) return 'overloaded';
  if (status === 408) return 'timeout';
  return status >= 400 && status < 500 ? 'invalid-request' : 'server';
}

/** Milliseconds. A date in `retry-after` is measured against the answer's own. */
function readRetryAfter(
  headers: Readonly<Record<string, string>>,
  bodies: readonly (JsonObject | undefined)[],
): number | undefined {
  const milliseconds = positive(headers['retry-after-ms']);
  if (milliseconds !== undefined) return milliseconds;
  const header = headers['retry-after'];
  const seconds =
    positive(header) ??
    bodies.map((body) => positive(body?.['retry_after'])).find((value) => value !== undefined);
  if (seconds !== undefined) return Math.round(seconds * 1000);
  const wait = Date.parse(header ?? '') - Date.parse(headers['date'] ?? '');
  return Number.isFinite(wait) && wait >= 0 ? wait : undefined;
}

function positive(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : numberOf(value);
  return number !== undefined && Number.isFinite(number) && number >= 0 ? number : undefined;
}

export function renderError(error: ProviderError): { readonly status: number; readonly body: JsonObject } {
  const { raw } = error;
  const own = raw?.['type'] === 'error' ? objectOf(raw['error']) : undefined;
  const ownType = wordOf(own?.['type']);
  const kept = ownType !== undefined && Object.hasOwn(types, ownType) ? types[ownType] : undefined;
  const [type, status] = kinds[error.kind];
  const details = own?.['details'];
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

/** Callers tell by the words that the prompt is what is too long. */
function wordMessage({ kind, message }: ProviderError): string {
  return kind === 'context-length' && !/prompt is too long/i.test(message)
    ? `prompt is too long: ${message}`
    : message;
}
