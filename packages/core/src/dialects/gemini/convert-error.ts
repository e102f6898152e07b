import type { ProblemKind, ProviderError } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { findRetryAfter } from '../shared/find-retry-after.ts';
import { kindOfStatus } from '../shared/kind-of-status.ts';
import { defined, isList, isObject, listOf, stringOf } from '../shared/read.ts';
import { field, objectField } from './read.ts';

/** Google's words (google.rpc.Code) with the HTTP status and the kind of problem that each is, unless more is told. */
const words: Readonly<Record<string, readonly [status: number, kind: ProblemKind]>> = {
  INVALID_ARGUMENT: [400, 'invalid-request'],
  FAILED_PRECONDITION: [400, 'invalid-request'],
  OUT_OF_RANGE: [400, 'invalid-request'],
  UNAUTHENTICATED: [401, 'authentication'],
  PERMISSION_DENIED: [403, 'permission'],
  NOT_FOUND: [404, 'not-found'],
  ALREADY_EXISTS: [409, 'invalid-request'],
  ABORTED: [409, 'server'],
  RESOURCE_EXHAUSTED: [429, 'rate-limit'],
  CANCELLED: [499, 'timeout'],
  INTERNAL: [500, 'server'],
  UNKNOWN: [500, 'server'],
  DATA_LOSS: [500, 'server'],
  UNIMPLEMENTED: [501, 'server'],
  UNAVAILABLE: [503, 'overloaded'],
  DEADLINE_EXCEEDED: [504, 'timeout'],
};

/** Each kind in Google's words; with a reason where the word alone would not tell it. */
const rendered: Record<ProblemKind, readonly [status: number, word: string, reason?: string]> = {
  'invalid-request': [400, 'INVALID_ARGUMENT'],
  'context-length': [400, 'INVALID_ARGUMENT', 'CONTEXT_LENGTH_EXCEEDED'],
  'content-filter': [400, 'INVALID_ARGUMENT', 'CONTENT_FILTERED'],
  'too-large': [413, 'INVALID_ARGUMENT', 'REQUEST_TOO_LARGE'],
  authentication: [401, 'UNAUTHENTICATED'],
  permission: [403, 'PERMISSION_DENIED'],
  billing: [403, 'PERMISSION_DENIED', 'BILLING_DISABLED'],
  'model-not-found': [404, 'NOT_FOUND', 'MODEL_NOT_FOUND'],
  'not-found': [404, 'NOT_FOUND'],
  'rate-limit': [429, 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED'],
  quota: [429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED'],
  overloaded: [503, 'UNAVAILABLE'],
  timeout: [504, 'DEADLINE_EXCEEDED'],
  server: [500, 'INTERNAL'],
};

/** `ErrorInfo.reason`, Google's own ones and those of `rendered`. */
const reasons: Readonly<Record<string, readonly [status: number, kind: ProblemKind]>> = {
  API_KEY_INVALID: [401, 'authentication'],
  API_KEY_EXPIRED: [401, 'authentication'],
  ACCESS_TOKEN_EXPIRED: [401, 'authentication'],
  CREDENTIALS_MISSING: [401, 'authentication'],
  BILLING_DISABLED: [403, 'billing'],
  CONTEXT_LENGTH_EXCEEDED: [400, 'context-length'],
  CONTENT_FILTERED: [400, 'content-filter'],
  REQUEST_TOO_LARGE: [413, 'too-large'],
  MODEL_NOT_FOUND: [404, 'model-not-found'],
  QUOTA_EXCEEDED: [429, 'quota'],
};

/** What only the message tells, most telling first. */
const messages: readonly (readonly [RegExp, number, ProblemKind])[] = [
  [
    /exceeds? the maximum (number of )?(input )?tokens?( count)?|input token count .* exceeds/i,
    400,
    'context-length',
  ],
  [/token count is \d+ but model only supports/i, 400, 'context-length'],
  [/violates? .*(policy|policies|guidelines)/i, 400, 'content-filter'],
  [/API key not valid|API key expired|pass a valid API key/i, 401, 'authentication'],
  [/payload size exceeds|request (body )?(is )?too large/i, 413, 'too-large'],
  [/enable billing|credits are depleted|billing account/i, 403, 'billing'],
  [/location is not supported/i, 403, 'permission'],
];

export function parseError(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: JsonObject | undefined,
): ProviderError {
  const error = findError(body) ?? {};
  const wireCode = field(error, 'code');
  const word = stringOf(field(error, 'status'));
  const http = isHttp(status) ? status : isHttp(wireCode) ? wireCode : (byWord(word)?.[0] ?? 500);
  const details = listOf(field(error, 'details')).filter(isObject);
  const reason = stringOf(field(detail(details, 'ErrorInfo') ?? {}, 'reason'));
  const message = stringOf(field(error, 'message')) ?? `Gemini answered with status ${http}`;
  const [meant, kind] = classify({ http, word, reason, message, details });
  const violation = listOf(field(detail(details, 'BadRequest') ?? {}, 'fieldViolations')).find(isObject);
  return {
    kind,
    status: meant,
    message,
    ...defined({
      parameter: violation && stringOf(field(violation, 'field')),
      code: reason ?? word,
      retryAfter: findRetryAfter(headers, { fields: [retryDelay(details)], message }),
      raw: body,
    }),
  };
}

/** gRPC has small numbers of its own for the same words. */
function isHttp(code: Json | undefined): code is number {
  return typeof code === 'number' && Number.isInteger(code) && code >= 400 && code < 600;
}

function byWord(word: string | undefined): (typeof words)[string] | undefined {
  return word !== undefined && Object.hasOwn(words, word) ? words[word] : undefined;
}

interface Facts {
  readonly http: number;
  readonly word: string | undefined;
  readonly reason: string | undefined;
  readonly message: string;
  readonly details: readonly JsonObject[];
}

function classify({ http, word, reason, message, details }: Facts): readonly [number, ProblemKind] {
  const byReason = reason !== undefined && Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
  if (byReason !== undefined) return byReason;
  const isRefusal = http < 500 && http !== 429;
  const byMessage = isRefusal ? messages.find(([pattern]) => pattern.test(message)) : undefined;
  if (byMessage !== undefined) return [byMessage[1], byMessage[2]];
  const kind = byWord(word)?.[1] ?? kindOfStatus(http);
  if (kind === 'rate-limit' && /credits are depleted/i.test(message)) return [403, 'billing'];
  if (kind === 'not-found' && /\bmodels?\b/i.test(message)) return [http, 'model-not-found'];
  if (kind === 'rate-limit' && isUsedUp(details, message)) return [http, 'quota'];
  if (kind === 'server' && /overloaded/i.test(message)) return [http, 'overloaded'];
  return [http, kind];
}

/** A limit of the day, or none at all, does not pass by waiting a little. */
function isUsedUp(details: readonly JsonObject[], message: string): boolean {
  const violations = listOf(field(detail(details, 'QuotaFailure') ?? {}, 'violations')).filter(isObject);
  const isDaily = violations.some((item) => /PerDay/i.test(stringOf(field(item, 'quotaId')) ?? ''));
  return isDaily || /\blimit: 0\b/.test(message);
}

/** Vertex sends `[{error}]` for a stream that it refuses. */
function findError(body: unknown): JsonObject | undefined {
  if (isList(body)) return findError(body[0]);
  return isObject(body) ? objectField(body, 'error') : undefined;
}

/** "34s", or the seconds of protobuf's own form. */
function retryDelay(details: readonly JsonObject[]): Json | undefined {
  const delay = field(detail(details, 'RetryInfo') ?? {}, 'retryDelay');
  return isObject(delay) ? delay.seconds : delay;
}

function detail(details: readonly JsonObject[], type: string): JsonObject | undefined {
  return details.find((item) => stringOf(item['@type'])?.endsWith(`google.rpc.${type}`) === true);
}

const typeOf = (name: string): { '@type': string } => ({ '@type': `type.googleapis.com/google.rpc.${name}` });

export function renderError(error: ProviderError): { readonly status: number; readonly body: JsonObject } {
  const { kind, message, parameter, retryAfter } = error;
  const [usual, usualWord, reason] = rendered[kind];
  const own = findError(error.raw);
  const ownWord = own && stringOf(field(own, 'status'));
  const isOwn = byWord(ownWord) !== undefined;
  // A status of the same kind is kept: 502 is as much the server's fault as 500.
  const status = kind === 'server' && error.status >= 500 ? error.status : usual;
  const details = isOwn
    ? listOf(field(own ?? {}, 'details'))
    : [
        ...(reason === undefined
          ? []
          : [{ ...typeOf('ErrorInfo'), reason, domain: 'generativelanguage.googleapis.com' }]),
        ...(parameter === undefined
          ? []
          : [{ ...typeOf('BadRequest'), fieldViolations: [{ field: parameter, description: message }] }]),
        ...(retryAfter === undefined
          ? []
          : [{ ...typeOf('RetryInfo'), retryDelay: `${retryAfter / 1000}s` }]),
      ];
  return {
    status,
    body: {
      error: {
        code: status,
        message,
        status: byWord(ownWord)?.[0] === status ? ownWord : usualWord,
        ...(details.length === 0 ? {} : { details }),
      },
    },
  };
}
