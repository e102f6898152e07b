import { hexOf } from '../wire/hash-text.ts';
import type { Complaint, WordedError } from './dialect.ts';

/*
 * OpenAI's own words, as they appear in its documentation (platform.openai.com/docs/guides/error-codes) and in bug
 * reports that quote whole bodies, such as ChatGPTNextWeb/NextChat#4064 (400), openai/codex#88 (429).
 */

export function wordOpenAIError(complaint: Complaint): WordedError {
  switch (complaint.type) {
    case 'key-missing':
      return invalid(401, noKey);
    case 'key-wrong':
      return invalid(
        401,
        `Incorrect API key provided: ${maskKey(complaint.key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
        { code: 'invalid_api_key' },
      );
    case 'url-unknown':
      return invalid(404, `Invalid URL (${complaint.method} ${complaint.path})`);
    case 'method-wrong':
      return invalid(
        405,
        `Not allowed to ${complaint.method} on ${complaint.path}. (HINT: Perhaps you meant to use a different HTTP method?)`,
      );
    case 'json-invalid':
      return invalid(400, badJson);
    case 'model-missing':
      return invalid(400, 'you must provide a model parameter');
    case 'model-unknown':
      return complaint.operation === 'model'
        ? invalid(404, `The model '${complaint.model}' does not exist`, {
            param: 'model',
            code: 'model_not_found',
          })
        : invalid(404, `The model \`${complaint.model}\` does not exist or you do not have access to it.`, {
            code: 'model_not_found',
          });
    case 'not-found':
      return invalid(404, complaint.message, complaint);
    case 'parameter-invalid':
      return invalid(400, complaint.message, complaint);
    case 'content-refused':
      return { status: 400, body: { error: refusedContent(helpOf(complaint.seed)) } };
    default:
      return wordStatus(complaint.status, complaint.model);
  }
}

const noKey =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
  "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API " +
  'from your browser and are prompted for a username and password. You can obtain an API key from ' +
  'https://platform.openai.com/account/api-keys.';

const badJson =
  "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library " +
  'correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble ' +
  'figuring out how to fix this, please contact us through our help center at help.openai.com.)';

const overloaded =
  'That model is currently overloaded with other requests. You can retry your request, or contact us through our ' +
  'help center at help.openai.com if the error persists.';

/** Where OpenAI's users complain, and of what. */
export function helpOf(seed: string): string {
  return `help.openai.com and include the request ID req_${hexOf(seed, 32)}`;
}

/** As quoted in jeffstric/ZJT#480. `contact`: where to complain. */
export function refusedContent(
  contact: string,
): { readonly message: string } & Readonly<Record<string, unknown>> {
  return {
    message: `Your request was rejected by the safety system. If you believe this is an error, contact us at ${contact}. safety_violations=[violence].`,
    type: 'image_generation_user_error',
    param: null,
    code: 'moderation_blocked',
  };
}

function invalid(
  status: number,
  message: string,
  { param = null, code = null }: { param?: string | null; code?: string | null } = {},
): WordedError {
  return { status, body: { error: { message, type: 'invalid_request_error', param, code } } };
}

function wordStatus(status: number, model: string): WordedError {
  const error = (message: string, type: string, code: string | null = null): WordedError => ({
    status,
    body: { error: { message, type, param: null, code } },
  });
  switch (status) {
    case 400:
      return invalid(
        400,
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 131072 tokens. Please reduce the length of the messages.",
        { param: 'messages', code: 'context_length_exceeded' },
      );
    case 401:
      return wordOpenAIError({ type: 'key-wrong', key: 'sk-simulated-revoked-key' });
    case 403:
      return error(
        'Country, region, or territory not supported',
        'request_forbidden',
        'unsupported_country_region_territory',
      );
    case 404:
      return wordOpenAIError({ type: 'model-unknown', model, operation: 'chat' });
    case 429:
      return {
        ...error(
          `Rate limit reached for ${model} in organization org-simulated on tokens per min (TPM): Limit 30000, Used 29937, Requested 385. Please try again in 644ms. Visit https://platform.openai.com/account/rate-limits to learn more.`,
          'tokens',
          'rate_limit_exceeded',
        ),
        headers: {
          'retry-after': '1',
          'retry-after-ms': '644',
          'x-ratelimit-limit-tokens': '30000',
          'x-ratelimit-remaining-tokens': '63',
          'x-ratelimit-reset-tokens': '644ms',
        },
      };
    case 502:
    case 504:
    case 520:
    case 524:
      return cloudflare(status);
    case 503:
      return error(overloaded, 'server_error');
    default:
      return status >= 500
        ? error('The server had an error while processing your request. Sorry about that!', 'server_error')
        : invalid(status, `Your request was rejected with status ${status}.`);
  }
}

/** The page of the proxy before the API: not JSON. */
function cloudflare(status: number): WordedError {
  const title = status === 502 ? '502 Bad Gateway' : `${status} Gateway Time-out`;
  return {
    status,
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`,
  };
}

/** The first eight characters and the last four, as OpenAI's 401 shows a key. */
function maskKey(key: string): string {
  if (key.length <= 12) return key;
  return `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}
