import { type FailureFacts, GatewayError, type UpstreamAnswer } from '../errors.ts';
import { readRefusal } from './read-refusal.ts';

/** Codes of undici and Node for a connection that was never made: the request has not left. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'ENOENT',
]);

/** undici's codes for an answer that breaks the rules of HTTP. */
const protocolErrors = /^(HPE_|UND_ERR_(RES_CONTENT_LENGTH_MISMATCH|HEADERS_OVERFLOW|RESPONSE))/;

/** A connection that could not be made, or broke. `started`: the request was being sent. */
export function classifyConnectionError(error: unknown, upstream: string, started: boolean): GatewayError {
  if (GatewayError.isInstance(error)) return error;
  const code = readCode(error);
  if (!started || unreachable.has(code)) {
    return new GatewayError(
      'VE_UPSTREAM_UNREACHABLE',
      { upstream },
      {
        cause: error,
        failure: { retry: 'anywhere', health: 'failure', sent: false },
      },
    );
  }
  if (protocolErrors.test(code)) return protocolError(upstream, code, error);
  return new GatewayError(
    'VE_UPSTREAM_RESET',
    { upstream },
    {
      cause: error,
      failure: { retry: 'anywhere', health: 'failure', sent: true },
    },
  );
}

/** The upstream answered, but not with what the dialect allows. */
export function protocolError(upstream: string, reason: string, cause?: unknown): GatewayError {
  return new GatewayError(
    'VE_UPSTREAM_PROTOCOL',
    { upstream, reason },
    {
      cause,
      failure: { retry: 'elsewhere', health: 'failure', sent: true },
    },
  );
}

function redirectError(upstream: string, status: number, location: string | undefined): GatewayError {
  const failure: FailureFacts = {
    retry: 'elsewhere',
    health: 'failure',
    sent: true,
    ...(location === undefined ? {} : { redirect: location }),
  };
  const reason = `a redirect (${status}); redirects are not followed`;
  return new GatewayError('VE_UPSTREAM_PROTOCOL', { upstream, reason }, { failure });
}

/** What an upstream's error means, where its own status says something else. */
interface Meaning {
  readonly status: number;
  /** Milliseconds, where the body says them. */
  readonly retryAfter?: number | undefined;
  /** Of a redirect. */
  readonly location?: string | undefined;
}

/** What a status of the upstream means for the next attempt; the table is in docs/resilience.md. */
export function classifyStatus(
  upstream: string,
  answer: UpstreamAnswer,
  now: number,
  meaning: Meaning = answer,
): GatewayError {
  const { status } = meaning;
  const details = { upstream, upstreamStatus: status };
  if (status >= 300 && status < 400) return redirectError(upstream, status, meaning.location);
  const retryAfter = meaning.retryAfter ?? readRetryAfter(answer.headers, now);
  if (status === 401 || status === 402 || status === 403) {
    // A 403 may be about this call only, what it asks for or says: the key need not rest for the others.
    const key = { problem: 'refused' as const, ...(status === 403 ? { coolFor: 0 } : {}) };
    // The answer may quote the key: it stays here.
    return new GatewayError('VE_UPSTREAM_KEY', details, {
      failure: { retry: 'elsewhere', health: 'neutral', sent: true, key },
    });
  }
  const retryDetails = retryAfter === undefined ? details : { ...details, retryAfter };
  if (status === 429) {
    const key = { problem: 'limited' as const, ...(retryAfter === undefined ? {} : { coolFor: retryAfter }) };
    return new GatewayError('VE_UPSTREAM_STATUS', retryDetails, {
      failure: { retry: 'anywhere', health: 'neutral', sent: true, key, answer },
    });
  }
  const failure: FailureFacts = isPassing(status)
    ? {
        retry: 'anywhere',
        health: status === 409 ? 'neutral' : 'failure',
        sent: true,
        ...(status === 409 ? { answer } : {}),
      }
    : { retry: 'never', health: 'success', sent: true, answer, ...readRefusal(answer) };
  return new GatewayError('VE_UPSTREAM_STATUS', retryDetails, { failure });
}

/** Statuses of trouble that another attempt may not have. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 409;
}

/** Milliseconds; `retry-after-ms` is OpenAI's finer form, `retry-after` holds seconds or a date (RFC 9110, 10.2.3). */
export function readRetryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const milliseconds = readNumber(headers['retry-after-ms']);
  if (milliseconds !== undefined && milliseconds >= 0) return milliseconds;
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = readNumber(value);
  if (seconds !== undefined) return seconds < 0 ? undefined : seconds * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Plain decimals only: JavaScript would take an empty text for 0, and `1e999` for more than any time. */
function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,12}(\.\d*)?$/.test(text.trim()) ? Number(text) : undefined;
}

function readCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
