import type { ProblemKind } from '../../protocol/chat-answer.ts';

interface Problem {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly message: string;
}

/** Codes and types of the family that say more than the status. In lower case. */
const codes: Readonly<Record<string, ProblemKind>> = {
  context_length_exceeded: 'context-length',
  context_window_exceeded: 'context-length',
  model_max_prompt_tokens_exceeded: 'context-length',
  content_filter: 'content-filter',
  content_policy_violation: 'content-filter',
  responsibleaipolicyviolation: 'content-filter',
  data_inspection_failed: 'content-filter',
  datainspectionfailed: 'content-filter',
  invalid_prompt: 'content-filter',
  model_not_found: 'model-not-found',
  deploymentnotfound: 'model-not-found',
  model_not_available: 'model-not-found',
  modelnotfound: 'model-not-found',
  invalid_api_key: 'authentication',
  invalid_authentication_error: 'authentication',
  authentication_error: 'authentication',
  invalidapikey: 'authentication',
  unauthenticated: 'authentication',
  permission_denied: 'permission',
  permission_error: 'permission',
  permission_denied_error: 'permission',
  insufficient_permissions: 'permission',
  insufficient_quota: 'quota',
  exceeded_current_quota_error: 'quota',
  billing_not_active: 'billing',
  billing_hard_limit_reached: 'billing',
  billing_error: 'billing',
  insufficient_balance: 'billing',
  arrearage: 'billing',
  rate_limit_exceeded: 'rate-limit',
  rate_limit_reached_error: 'rate-limit',
  rate_limit_error: 'rate-limit',
  resource_exhausted: 'rate-limit',
  engine_overloaded_error: 'overloaded',
  overloaded_error: 'overloaded',
  server_overloaded: 'overloaded',
  unavailable: 'overloaded',
  timeout: 'timeout',
  timeout_error: 'timeout',
  request_too_large: 'too-large',
  not_found: 'not-found',
};

const contextWords =
  /context[ _](length|window)|maximum context|max(imum)? (input|prompt) (length|tokens)|prompt is too long|input is too long|too many (input )?tokens|reduce the length of|exceeds? the (model'?s? )?(maximum|max|available context)( number of)? (context|tokens|input tokens|length|size)|token count .* exceeds|range of input length/i;
const filterWords =
  /content management policy|content policy|responsible ?ai|data may contain inappropriate|flagged as potentially violating/i;
const keyWords =
  /(incorrect|invalid|wrong) api[ _-]?key|api[ _-]?key (is )?(not valid|invalid|incorrect|expired)/i;
const modelWords =
  /\bmodel\b.{0,200}\b(does ?n[o']t exist|not (be )?found|is not available|not supported)|unknown model|no such model|model not exist/i;
const balanceWords = /insufficient balance|insufficient credits|account balance|requires more credits/i;

/** What went wrong: by the code, then by the words where codes are vague, then by the status. */
export function classifyProblem({ status, code, type, message: whole }: Problem): ProblemKind {
  // What it is about stands at the start; a long one may quote the whole request.
  const message = whole.slice(0, 2000);
  const coded = lookUp(code) ?? lookUp(type);
  const isLimit = coded === 'rate-limit' || coded === 'quota' || status === 429;
  if (coded === 'quota' || coded === 'billing' || coded === 'overloaded') return coded;
  // "Request too large for this model's tokens per minute" is a limit of rate.
  if (isLimit) return balanceWords.test(message) ? 'billing' : 'rate-limit';
  if (coded !== undefined) return coded;
  const isCallers = status === undefined || (status >= 400 && status < 500) || status === 500;
  if (isCallers && contextWords.test(message)) return 'context-length';
  if (isCallers && filterWords.test(message)) return 'content-filter';
  // xAI and Google say with 400 what others say with 401.
  if ((status === 400 || status === 403) && keyWords.test(message)) return 'authentication';
  if ((status === 400 || status === 404) && modelWords.test(message)) return 'model-not-found';
  return status === undefined ? byType(type) : byStatus(status);
}

function lookUp(word: string | undefined): ProblemKind | undefined {
  const key = word?.toLowerCase() ?? '';
  return Object.hasOwn(codes, key) ? codes[key] : undefined;
}

function byType(type: string | undefined): ProblemKind {
  return type === 'invalid_request_error' ? 'invalid-request' : 'server';
}

const statuses: Readonly<Record<number, ProblemKind>> = {
  401: 'authentication',
  402: 'billing',
  403: 'permission',
  404: 'not-found',
  408: 'timeout',
  413: 'too-large',
  429: 'rate-limit',
  498: 'overloaded',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

function byStatus(status: number): ProblemKind {
  return statuses[status] ?? (status >= 500 ? 'server' : 'invalid-request');
}
