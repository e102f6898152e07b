import type { ProblemKind, ProviderError } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { classifyProblem } from './classify-problem.ts';
import { findRetryAfter } from './find-retry-after.ts';
import { defined, isList, isObject, listOf, numberOf, objectOf, stringOf, wordOf } from './read.ts';

type Headers = Readonly<Record<string, string>>;

/** An error as a member of the family words it, in an answer of its own or inside a stream. */
export function parseError(status: number, headers: Headers, body: JsonObject | undefined): ProviderError {
  const raw = body ?? {};
  const error = objectOf(raw['error']) ?? objectOf(listOf(raw['errors'])[0]) ?? raw;
  const message = findErrorText(raw) ?? textOf(raw) ?? `The provider answered with status ${status}.`;
  const code = findCode(error, raw);
  const told = isError(status) ? status : statusOf(error, raw);
  const type = wordOf(error['type']) ?? wordOf(error['status']);
  const kind = classifyProblem({ status: told, code, type, message });
  return defined({
    kind,
    status: told ?? wordings[kind][0],
    message,
    parameter: wordOf(error['param']) ?? wordOf(raw['param']),
    code: code ?? type,
    retryAfter: findRetryAfter(headers, error, message),
    raw: body,
  });
}

function isError(status: number): boolean {
  return status >= 400 && status < 600;
}

/** Aggregators give the status as a number in `code` or `status`. */
function statusOf(error: JsonObject, raw: JsonObject): number | undefined {
  const candidates = [error['code'], error['status'], error['status_code'], raw['status'], raw['code']];
  const numbers = candidates.map((value) => (typeof value === 'string' ? Number(value) : numberOf(value)));
  return numbers.find((status) => status !== undefined && Number.isInteger(status) && isError(status));
}

function findCode(error: JsonObject, raw: JsonObject): string | undefined {
  const inner = wordOf(objectOf(error['innererror'])?.['code']);
  const code = error['code'] ?? raw['code'] ?? objectOf(raw['base_resp'])?.['status_code'];
  return wordOf(code) ?? inner ?? (typeof code === 'number' ? String(code) : undefined);
}

/** The words of an error, if the body is one. xAI's `error` is the words themselves; MiniMax reports in `base_resp`. */
export function findErrorText(body: JsonObject): string | undefined {
  const { error } = body;
  if (wordOf(error) !== undefined) return wordOf(error);
  if (isObject(error)) return textOf(error) ?? textOf(body) ?? JSON.stringify(error);
  const [first] = listOf(body['errors']);
  if (first !== undefined) return wordOf(first) ?? textOf(objectOf(first) ?? {}) ?? JSON.stringify(first);
  const result = objectOf(body['base_resp']);
  if (result !== undefined && (numberOf(result['status_code']) ?? 0) !== 0)
    return wordOf(result['status_msg']) ?? 'the provider reports a failure';
  return body['object'] === 'error' || body['type'] === 'error' ? textOf(body) : undefined;
}

/** The message, in one of the places where servers put it; FastAPI lists what is wrong. */
function textOf(error: JsonObject): string | undefined {
  for (const field of ['message', 'detail', 'error_message', 'msg', 'title', 'code']) {
    const text = wordsOf(error[field]);
    if (text !== undefined) return text;
  }
  return undefined;
}

function wordsOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return wordOf(value);
  if (isList(value)) {
    const texts = value.map((item) => (isObject(item) ? placed(item) : wordOf(item)));
    return wordOf(texts.filter((text) => text !== undefined).join('; '));
  }
  return isObject(value) ? (wordsOf(value['detail']) ?? wordsOf(value['message'])) : undefined;
}

function placed(item: JsonObject): string | undefined {
  const text = wordOf(item['msg']) ?? wordOf(item['message']);
  const place = listOf(item['loc'])
    .filter((step) => typeof step === 'string' || typeof step === 'number')
    .join('.');
  return text === undefined || place === '' ? text : `${place}: ${text}`;
}

type Wording = readonly [status: number, type: string, code: string | null];

const invalid = 'invalid_request_error';

/** How each kind reads in OpenAI's words; a code of `null` leaves the vendor's own. */
const wordings: Readonly<Record<ProblemKind, Wording>> = {
  'invalid-request': [400, invalid, null],
  'context-length': [400, invalid, 'context_length_exceeded'],
  'content-filter': [400, invalid, 'content_filter'],
  'model-not-found': [404, invalid, 'model_not_found'],
  'not-found': [404, invalid, 'not_found'],
  authentication: [401, invalid, 'invalid_api_key'],
  permission: [403, invalid, 'permission_denied'],
  billing: [402, 'billing_error', 'billing_not_active'],
  quota: [429, 'insufficient_quota', 'insufficient_quota'],
  'rate-limit': [429, 'rate_limit_error', 'rate_limit_exceeded'],
  overloaded: [503, 'server_error', 'server_overloaded'],
  timeout: [504, 'timeout_error', 'timeout'],
  'too-large': [413, invalid, 'request_too_large'],
  server: [500, 'server_error', 'server_error'],
};

/** The body of an error, and of the last event of a stream that fails. */
export function renderErrorBody({ kind, message, parameter, code, raw }: ProviderError): JsonObject {
  const [, type, word] = wordings[kind];
  const inner = objectOf(objectOf(raw?.['error'])?.['innererror']);
  return {
    error: {
      message,
      type,
      param: parameter ?? null,
      code: word ?? code ?? null,
      // Azure tells there which of its filters it was.
      ...(inner === undefined ? {} : { innererror: inner }),
    },
  };
}

export function renderError(error: ProviderError): { readonly status: number; readonly body: JsonObject } {
  return { status: statusFor(error), body: renderErrorBody(error) };
}

/** Official clients choose the class of the error, and whether to try again, by the status. */
function statusFor({ kind, status }: ProviderError): number {
  if (kind === 'server') return status >= 500 && status < 600 && status !== 529 ? status : 500;
  const isOwn = status === 409 || status === 422;
  return kind === 'invalid-request' && isOwn ? status : wordings[kind][0];
}

/** The error that an event of a stream holds, or one of its choices. */
export function findStreamError(event: JsonObject): ProviderError | undefined {
  if (findErrorText(event) !== undefined && !hasAnswer(event)) return parseError(0, {}, event);
  const failed = listOf(event['choices']).find((choice) => isObject(objectOf(choice)?.['error']));
  return isObject(failed) ? parseError(0, {}, { error: failed['error'] ?? null }) : undefined;
}

/** `base_resp` of a good event says "success"; an empty `error` beside choices says nothing. */
function hasAnswer(event: JsonObject): boolean {
  return (
    listOf(event['choices']).length > 0 && !isObject(event['error']) && stringOf(event['error']) === undefined
  );
}
