import type { ProblemKind, ProviderError } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { findRetryAfter } from '../shared/find-retry-after.ts';
import {
  defined,
  fieldsOf,
  isObject,
  listOf,
  numberOf,
  objectOf,
  parseJson,
  stringOf,
  wordOf,
} from '../shared/read.ts';
import { classifyProblem } from './classify-problem.ts';
import { findErrorText, resultOf, textOf } from './find-error-text.ts';
import { failureOf } from './map-finish-reason.ts';

type Headers = Readonly<Record<string, string>>;

/** An error as a member of the family words it, in an answer of its own or inside a stream. */
export function parseError(status: number, headers: Headers, body: JsonObject | undefined): ProviderError {
  const raw = body ?? {};
  const error = objectOf(raw['error']) ?? objectOf(listOf(raw['errors'])[0]) ?? raw;
  const said = findErrorText(raw) ?? textOf(raw) ?? `The provider answered with status ${status}.`;
  const metadata = fieldsOf(error['metadata']);
  const message = withCause(said, metadata['raw']);
  const code = findCode(error, raw);
  const result = resultOf(raw);
  // MiniMax answers 200 whatever has happened.
  const told = isError(status) && result === undefined ? status : statusOf(error, raw);
  const type = wordOf(error['type']) ?? wordOf(error['status']);
  const isFlagged = metadata['flagged_input'] !== undefined;
  const kind = isFlagged ? 'content-filter' : classifyProblem({ status: told, code, type, result, message });
  return defined({
    kind,
    status: told ?? wordings[kind][0],
    message,
    parameter: wordOf(error['param']) ?? wordOf(raw['param']),
    code: code ?? type,
    retryAfter: findRetryAfter(headers, { fields: retryFields(error), message }),
    raw: body,
  });
}

/** OpenRouter says "Provider returned error", and what that was in `metadata.raw`. */
function withCause(message: string, cause: Json | undefined): string {
  const text = wordOf(cause);
  if (text === undefined) return message;
  const inner = objectOf(parseJson(text));
  return `${message}: ${(inner && (findErrorText(inner) ?? textOf(inner))) ?? text}`;
}

/** Seconds; Google's `RetryInfo` says "34s". */
function retryFields(error: JsonObject): readonly (Json | undefined)[] {
  const delays = listOf(error['details']).map((detail) => objectOf(detail)?.['retryDelay']);
  return [error['retry_after'], objectOf(error['metadata'])?.['retry_after'], ...delays];
}

function isError(status: number): boolean {
  return status >= 400 && status < 600;
}

/** Aggregators give the status as a number in `code` or `status`, MiniMax in `http_code`, Cerebras beside the error. */
function statusOf(error: JsonObject, raw: JsonObject): number | undefined {
  const candidates = [
    ...['code', 'status', 'status_code', 'http_code'].map((name) => error[name]),
    ...['status', 'status_code', 'code'].map((name) => raw[name]),
  ];
  const numbers = candidates.map((value) => (typeof value === 'string' ? Number(value) : numberOf(value)));
  return numbers.find((status) => status !== undefined && Number.isInteger(status) && isError(status));
}

/** A number that is only the status once more is no code. */
function findCode(error: JsonObject, raw: JsonObject): string | undefined {
  const inner = wordOf(objectOf(error['innererror'])?.['code']);
  const code = error['code'] ?? raw['code'] ?? resultOf(raw);
  const number = typeof code === 'number' && !isError(code) ? String(code) : undefined;
  return wordOf(code) ?? inner ?? number;
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

/** Callers tell by the words that the prompt is what is too long: LangChain, for one. */
function wordMessage({ kind, message }: ProviderError): string {
  return kind === 'context-length' && !/maximum context length|context window/i.test(message)
    ? `This exceeds the model's maximum context length: ${message}`
    : message;
}

/** The body of an error, and of the last event of a stream that fails. */
export function renderErrorBody(problem: ProviderError): JsonObject {
  const { kind, parameter, code, raw } = problem;
  const [, type, word] = wordings[kind];
  const inner = objectOf(objectOf(raw?.['error'])?.['innererror']);
  return {
    error: {
      message: wordMessage(problem),
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
  for (const choice of listOf(event['choices'])) {
    const error = isObject(choice) ? findChoiceError(choice) : undefined;
    if (error !== undefined) return error;
  }
  return undefined;
}

/** An answer that broke off: in words, or as the reason for its end. */
export function findChoiceError(choice: JsonObject): ProviderError | undefined {
  const { error } = choice;
  if (isObject(error) || wordOf(error) !== undefined) return parseError(0, {}, { error });
  const kind = failureOf(choice);
  if (kind === undefined) return undefined;
  const word = wordOf(choice['finish_reason']);
  const message = `The provider broke off the answer: ${word}.`;
  return defined({ kind, status: wordings[kind][0], message, code: word });
}

/** `base_resp` of a good event says "success"; an empty `error` beside choices says nothing. */
function hasAnswer(event: JsonObject): boolean {
  return (
    listOf(event['choices']).length > 0 && !isObject(event['error']) && stringOf(event['error']) === undefined
  );
}
