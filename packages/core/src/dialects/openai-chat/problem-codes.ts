import type { ProblemKind } from '../../protocol/chat-answer.ts';

/**
 * Codes and types of the family that say more than the status, in lower case. Of a code with points in it the whole is
 * looked up, then what stands before the first: `RateLimitExceeded.EndpointRPMExceeded`.
 *
 * The vendors' own tables: https://platform.openai.com/docs/guides/error-codes,
 * https://www.alibabacloud.com/help/en/model-studio/error-code, https://www.volcengine.com/docs/82379/1299023,
 * https://docs.z.ai/api-reference/api-code, https://docs.siliconflow.com/en/faqs/error-code,
 * https://platform.kimi.ai/docs/api/errors, https://console.groq.com/docs/errors.
 */
const codes: Readonly<Record<ProblemKind, readonly string[]>> = {
  'invalid-request': [],
  'context-length': [
    'context_length_exceeded',
    'context_window_exceeded',
    'model_max_prompt_tokens_exceeded',
    // Zhipu
    '1261',
  ],
  'content-filter': [
    'content_filter',
    'content_policy_violation',
    'data_inspection_failed',
    'datainspectionfailed',
    'invalid_prompt',
    'responsibleaipolicyviolation',
    // Volcengine
    'inputimagesensitivecontentdetected',
    'inputtextsensitivecontentdetected',
    'outputtextsensitivecontentdetected',
    'sensitivecontentdetected',
    // Zhipu
    '1301',
  ],
  'model-not-found': [
    'deploymentnotfound',
    'invalid_model',
    'model_decommissioned',
    'model_not_available',
    'model_not_found',
    'modelnotfound',
    // Volcengine
    'invalidendpoint',
    'invalidendpointormodel',
    'modelnotopen',
    // Zhipu, SiliconFlow
    '1211',
    '20012',
  ],
  'not-found': ['not_found', 'not_found_error', 'resource_not_found_error'],
  authentication: [
    'authentication_error',
    'authenticationerror',
    'incorrect_api_key_error',
    'invalid_api_key',
    'invalid_authentication_error',
    'invalidapikey',
    'unauthenticated',
  ],
  permission: [
    'accessdenied',
    'insufficient_permissions',
    'model.accessdenied',
    'operationdenied',
    'permission_denied',
    'permission_denied_error',
    'permission_error',
  ],
  billing: [
    'accountoverdueerror',
    'arrearage',
    'billing_error',
    'billing_hard_limit_reached',
    'billing_not_active',
    'insufficient_balance',
    'operationdenied.serviceoverdue',
    // Zhipu, SiliconFlow
    '1113',
    '30001',
  ],
  quota: [
    'allocationquota',
    'exceeded_current_quota_error',
    'insufficient_quota',
    'quotaexceeded',
    'setlimitexceeded',
    // Zhipu
    '1308',
    '1310',
  ],
  'rate-limit': [
    'rate_limit_error',
    'rate_limit_exceeded',
    'rate_limit_reached_error',
    'ratelimitexceeded',
    'requestbursttoofast',
    'resource_exhausted',
    'throttling',
  ],
  overloaded: [
    'engine_overloaded_error',
    'overloaded_error',
    'server_overloaded',
    'serveroverloaded',
    'unavailable',
    // Zhipu, SiliconFlow
    '1305',
    '50505',
    '50603',
  ],
  timeout: ['timeout', 'timeout_error'],
  'too-large': ['request_too_large'],
  server: [],
};

const kinds = invert(codes);

/** https://platform.minimax.io/docs/api-reference/errorcode */
const results: Readonly<Record<number, ProblemKind>> = {
  1000: 'server',
  1001: 'timeout',
  1002: 'rate-limit',
  1004: 'authentication',
  1008: 'billing',
  1024: 'server',
  1026: 'content-filter',
  1027: 'content-filter',
  1033: 'server',
  1039: 'rate-limit',
  1041: 'rate-limit',
  1042: 'invalid-request',
  2013: 'invalid-request',
  2049: 'authentication',
  2056: 'quota',
};

export function kindOfCode(word: string | undefined): ProblemKind | undefined {
  if (word === undefined) return undefined;
  const code = word.toLowerCase();
  return kinds.get(code) ?? kinds.get(code.split('.', 1)[0] ?? '');
}

/** The number in MiniMax's `base_resp`. */
export function kindOfResult(number: number | undefined): ProblemKind | undefined {
  return number === undefined ? undefined : results[number];
}

function invert(table: typeof codes): ReadonlyMap<string, ProblemKind> {
  const found = new Map<string, ProblemKind>();
  let kind: ProblemKind;
  for (kind in table) for (const code of table[kind]) found.set(code, kind);
  return found;
}
