import type { ProblemKind, ProviderError } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { findRetryAfter } from '../shared/find-retry-after.ts';
import { kindOfStatus } from '../shared/kind-of-status.ts';
import { numberOf, optional, stringOf } from '../shared/read.ts';

interface Problem {
  readonly kind: ProblemKind;
  readonly status: number;
}

/** What each exception means, and the status that Bedrock gives it; also those of AWS itself, before Bedrock is reached. */
const exceptions: Readonly<Record<string, Problem>> = {
  ValidationException: { kind: 'invalid-request', status: 400 },
  SerializationException: { kind: 'invalid-request', status: 400 },
  ConflictException: { kind: 'invalid-request', status: 400 },
  ServiceQuotaExceededException: { kind: 'quota', status: 400 },
  AccessDeniedException: { kind: 'permission', status: 403 },
  UnrecognizedClientException: { kind: 'authentication', status: 403 },
  InvalidSignatureException: { kind: 'authentication', status: 403 },
  IncompleteSignatureException: { kind: 'authentication', status: 403 },
  MissingAuthenticationTokenException: { kind: 'authentication', status: 403 },
  ExpiredTokenException: { kind: 'authentication', status: 403 },
  UnauthorizedException: { kind: 'authentication', status: 401 },
  ResourceNotFoundException: { kind: 'model-not-found', status: 404 },
  UnknownOperationException: { kind: 'not-found', status: 404 },
  ModelTimeoutException: { kind: 'timeout', status: 408 },
  RequestTimeoutException: { kind: 'timeout', status: 408 },
  RequestEntityTooLargeException: { kind: 'too-large', status: 413 },
  ModelErrorException: { kind: 'server', status: 424 },
  ModelStreamErrorException: { kind: 'server', status: 424 },
  ThrottlingException: { kind: 'rate-limit', status: 429 },
  TooManyRequestsException: { kind: 'rate-limit', status: 429 },
  ModelNotReadyException: { kind: 'overloaded', status: 429 },
  InternalServerException: { kind: 'server', status: 500 },
  InternalFailure: { kind: 'server', status: 500 },
  ServiceUnavailableException: { kind: 'overloaded', status: 503 },
};

/** The exception for each kind of problem. */
const names: Readonly<Record<ProblemKind, string>> = {
  'invalid-request': 'ValidationException',
  'context-length': 'ValidationException',
  'content-filter': 'ValidationException',
  'model-not-found': 'ResourceNotFoundException',
  'not-found': 'UnknownOperationException',
  authentication: 'UnrecognizedClientException',
  permission: 'AccessDeniedException',
  billing: 'AccessDeniedException',
  quota: 'ServiceQuotaExceededException',
  'rate-limit': 'ThrottlingException',
  overloaded: 'ServiceUnavailableException',
  timeout: 'ModelTimeoutException',
  'too-large': 'RequestEntityTooLargeException',
  server: 'InternalServerException',
};

/** Where the name says too little, the words do. The first that fits. */
const wordings: readonly {
  readonly kind: ProblemKind;
  readonly of: readonly ProblemKind[];
  readonly words: RegExp;
}[] = [
  {
    kind: 'context-length',
    of: ['invalid-request', 'server', 'too-large'],
    words:
      /input is too long|prompt is too long|too many (?:input )?tokens|context (?:window|length)|maximum context|input length|exceeds? (?:the )?(?:model'?s? )?(?:maximum|max) (?:input )?tokens|input tokens? exceed/i,
  },
  {
    kind: 'content-filter',
    of: ['invalid-request', 'permission'],
    words: /content filter|guardrail|blocked by|responsible ai/i,
  },
  {
    kind: 'model-not-found',
    of: ['invalid-request', 'not-found'],
    words:
      /model identifier is invalid|could not resolve the foundation model|model .{0,80}(?:not found|does not exist|isn.t supported)|end of its life/i,
  },
  {
    kind: 'permission',
    of: ['not-found', 'model-not-found'],
    words: /use case details have not been submitted/i,
  },
  {
    kind: 'authentication',
    of: ['permission'],
    words: /security token|signature|api key|bearer token|authenticat/i,
  },
  { kind: 'quota', of: ['rate-limit'], words: /per day|daily|quota/i },
  { kind: 'billing', of: ['permission'], words: /payment|billing|subscription/i },
];

/** The type stands in a header (with an address behind it), or in the body (with a namespace before it). */
export function parseError(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: JsonObject | undefined,
): ProviderError {
  const code = bareName(
    headers['x-amzn-errortype'] ?? stringOf(body?.['__type']) ?? stringOf(body?.['code']) ?? '',
  );
  const message = messageOf(body) ?? (code === '' ? `HTTP ${status}` : code);
  const problem = problemOf(code);
  const first = problem?.kind ?? kindOfStatus(status);
  const retryAfter = findRetryAfter(headers, { fields: [body?.['retryAfterSeconds']], message });
  return {
    kind: refine(first, message),
    status,
    message,
    ...optional('code', code === '' ? undefined : code),
    ...optional('retryAfter', retryAfter),
    ...optional('raw', body),
  };
}

/** Whether an event of a stream is an exception (`throttlingException`), or an error of the framing (`InternalFailure`). */
export function isExceptionName(name: string): boolean {
  return /(?:exception|error|failure|fault)$/i.test(name);
}

/** An exception inside a stream; its name begins with a small letter there. */
export function parseException(name: string, data: JsonObject): ProviderError {
  const code = bareName(name.charAt(0).toUpperCase() + name.slice(1));
  const problem = problemOf(code) ?? { kind: 'server', status: 500 };
  const message = messageOf(data) ?? stringOf(data['originalMessage']) ?? code;
  const kind = refine(problem.kind, message);
  const original = numberOf(data['originalStatusCode']);
  const retryAfter = findRetryAfter({}, { fields: [data['retryAfterSeconds']], message });
  const status = original !== undefined && original >= 400 && original < 600 ? original : problem.status;
  return {
    // The model's own error: its vendor was asked too often.
    kind: kind === 'server' && status === 429 ? 'rate-limit' : kind,
    status: kind === 'context-length' ? 400 : status,
    message,
    code,
    ...optional('retryAfter', retryAfter),
    raw: data,
  };
}

function bareName(type: string): string {
  const [name = ''] = (type.split('#').at(-1) ?? '').split(':');
  return name.trim();
}

function problemOf(code: string): Problem | undefined {
  if (Object.hasOwn(exceptions, code)) return exceptions[code];
  // Query-style names of AWS lack the ending.
  const full = `${code}Exception`;
  return Object.hasOwn(exceptions, full) ? exceptions[full] : undefined;
}

function refine(kind: ProblemKind, message: string): ProblemKind {
  return wordings.find(({ of, words }) => of.includes(kind) && words.test(message))?.kind ?? kind;
}

function messageOf(body: JsonObject | undefined): string | undefined {
  for (const name of ['message', 'Message', 'errorMessage']) {
    const value: Json | undefined = body?.[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

export function renderError(error: ProviderError): { readonly status: number; readonly body: JsonObject } {
  const name = nameOf(error);
  return {
    status: exceptions[name]?.status ?? error.status,
    body: { __type: name, message: wordFor(error) },
  };
}

/** The event that ends a stream: of the exceptions that one may hold, the nearest. */
export function renderException(error: ProviderError): readonly [name: string, data: JsonObject] {
  const name = nameOf(error);
  const nearest =
    error.kind === 'quota'
      ? 'ThrottlingException'
      : (exceptions[name]?.status ?? 500) < 500
        ? 'ValidationException'
        : 'InternalServerException';
  const said = streamed.has(name) ? name : nearest;
  return [said.charAt(0).toLowerCase() + said.slice(1), { message: wordFor(error) }];
}

const streamed = new Set([
  'InternalServerException',
  'ModelStreamErrorException',
  'ModelTimeoutException',
  'ServiceUnavailableException',
  'ThrottlingException',
  'ValidationException',
]);

/** The very name it came with, if it came from here; else the one for its kind. */
function nameOf({ kind, code, message }: ProviderError): string {
  const own = code === undefined || !Object.hasOwn(exceptions, code) ? undefined : exceptions[code];
  return code !== undefined && own !== undefined && refine(own.kind, message) === kind ? code : names[kind];
}

/** What has no exception of its own is told by Bedrock's words, which its clients know it by. */
function wordFor({ kind, message }: ProviderError): string {
  if (refine(exceptions[names[kind]]?.kind ?? kind, message) === kind) return message;
  if (kind === 'context-length') return `Input is too long for requested model. ${message}`;
  if (kind === 'content-filter') return `Blocked by the content filter. ${message}`;
  if (kind === 'billing') return `A payment is due. ${message}`;
  return message;
}
