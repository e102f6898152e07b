import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import { findStreamError, parseError } from './convert-error.ts';

/** Kind, status and body, as the members' own documentation, SDKs or their users' reports show them. */
const errors: Readonly<Record<string, string>> = {
  OpenAI: `
    authentication  401 {"error":{"message":"x","type":"invalid_request_error","code":"invalid_api_key"}}
    model-not-found 404 {"error":{"message":"x","type":"invalid_request_error","code":"model_not_found"}}
    quota           429 {"error":{"message":"x","type":"insufficient_quota","code":"insufficient_quota"}}
    billing         429 {"error":{"message":"x","code":"billing_hard_limit_reached"}}
    content-filter  400 {"error":{"message":"x","code":"invalid_prompt"}}
    permission      403 {"error":{"message":"x","code":"unsupported_country_region_territory"}}`,
  Azure: `
    model-not-found 404 {"error":{"code":"DeploymentNotFound","message":"The API deployment does not exist."}}
    content-filter  400 {"error":{"message":"x","innererror":{"code":"ResponsibleAIPolicyViolation"}}}
    authentication  401 {"statusCode":401,"message":"Unauthorized. Access token is missing, invalid or expired."}
    rate-limit      429 {"error":{"code":"429","message":"Requests have exceeded call rate limit."}}`,
  xAI: `
    authentication  400 {"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***23."}
    model-not-found 404 {"code":"Some requested entity was not found","error":"The model grok-0 does not exist"}
    billing         403 {"code":"The caller does not have permission","error":"Your team does not have any credits yet."}
    billing         429 {"code":"Some resource has been exhausted","error":"Your team has used all available credits"}
    context-length  400 {"code":"x","error":"This model's maximum prompt length is 131072 but it contains 140000."}
    invalid-request 400 {"code":"x","error":"Model grok-4 does not support parameter presencePenalty."}
    invalid-request 422 {"error":"Failed to deserialize the JSON body into the target type"}`,
  "Google's compatible surface": `
    authentication  400 {"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}
    authentication  400 {"error":{"code":400,"message":"API Key not found.","status":"INVALID_ARGUMENT"}}
    rate-limit      429 {"error":{"code":429,"message":"Wait","status":"RESOURCE_EXHAUSTED"}}
    context-length  400 {"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens"}}
    overloaded      503 {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}`,
  Mistral: `
    authentication  401 {"detail":"Unauthorized"}
    invalid-request 422 {"object":"error","message":{"detail":[{"loc":["body","seed"],"msg":"not permitted"}]}}
    invalid-request 422 {"detail":[{"loc":["body","messages",0,"role"],"msg":"Input should be one of them"}]}
    invalid-request 400 {"object":"error","message":"Tool call id was call_1","type":"x","code":"3280"}
    model-not-found 400 {"object":"error","message":"Invalid model: m","type":"invalid_model","code":"1500"}
    rate-limit      429 {"message":"Requests rate limit exceeded"}`,
  DeepSeek: `
    authentication  401 {"error":{"message":"Authentication Fails","type":"authentication_error"}}
    billing         402 {"error":{"message":"Insufficient Balance","code":"invalid_request_error"}}
    model-not-found 400 {"error":{"message":"Model Not Exist","code":"invalid_request_error"}}
    context-length  400 {"error":{"message":"This model's maximum context length is 9","code":"invalid_request_error"}}`,
  Moonshot: `
    context-length  400 {"error":{"type":"invalid_request_error","message":"Your request exceeded model token limit: 9"}}
    model-not-found 404 {"error":{"type":"resource_not_found_error","message":"Not found the model m or Permission denied"}}
    quota           429 {"error":{"type":"exceeded_current_quota_error","message":"Your account is suspended"}}
    overloaded      429 {"error":{"type":"engine_overloaded_error","message":"The engine is currently overloaded"}}
    rate-limit      429 {"error":{"type":"rate_limit_reached_error","message":"Your account reached max RPM: 3"}}
    content-filter  400 {"error":{"type":"content_filter","message":"The request was considered high risk"}}`,
  DashScope: `
    authentication  401 {"error":{"message":"Incorrect API key provided.","code":"invalid_api_key"}}
    billing         400 {"error":{"message":"Access denied.","type":"Arrearage","code":"Arrearage"},"request_id":"r"}
    content-filter  400 {"error":{"message":"x","code":"data_inspection_failed"}}
    content-filter  400 {"code":"DataInspectionFailed","message":"Output data may contain inappropriate content."}
    rate-limit      429 {"code":"Throttling.RateQuota","message":"Requests rate limit exceeded"}
    rate-limit      429 {"code":"Throttling.AllocationQuota","message":"Allocated quota exceeded"}
    quota           403 {"code":"AllocationQuota.FreeTierOnly","message":"The free tier of the model has been exhausted."}
    context-length  400 {"error":{"message":"Range of input length should be [1, 9]","code":"invalid_parameter_error"}}`,
  Volcengine: `
    authentication  401 {"error":{"code":"AuthenticationError","message":"x","type":"Unauthorized"}}
    model-not-found 404 {"error":{"code":"InvalidEndpointOrModel.NotFound","message":"x","type":"NotFound"}}
    model-not-found 404 {"error":{"code":"ModelNotOpen","message":"x","type":"NotFound"}}
    billing         403 {"error":{"code":"AccountOverdueError","message":"x","type":"Forbidden"}}
    rate-limit      429 {"error":{"code":"RateLimitExceeded.EndpointRPMExceeded","message":"x","type":"TooManyRequests"}}
    overloaded      429 {"error":{"code":"ServerOverloaded","message":"x","type":"TooManyRequests"}}
    quota           429 {"error":{"code":"SetLimitExceeded","message":"x","type":"TooManyRequests"}}
    content-filter  400 {"error":{"code":"InputTextSensitiveContentDetected.PolicyViolation","message":"x"}}`,
  Zhipu: `
    authentication  401 {"error":{"code":"1000","message":"Authentication Failed"}}
    billing         429 {"error":{"code":"1113","message":"Insufficient balance or no resource package."}}
    model-not-found 400 {"error":{"code":"1211","message":"Unknown Model, please check the model code."}}
    context-length  400 {"error":{"code":"1261","message":"Prompt exceeds max length"}}
    content-filter  400 {"error":{"code":"1301","message":"x"}}
    rate-limit      429 {"error":{"code":"1302","message":"Rate limit reached for requests"}}
    overloaded      429 {"error":{"code":"1305","message":"The service may be temporarily overloaded"}}
    quota           429 {"error":{"code":"1308","message":"Usage limit reached for 5 hours."}}`,
  MiniMax: `
    server          200 {"base_resp":{"status_code":1000,"status_msg":"unknown error"}}
    rate-limit      200 {"choices":null,"base_resp":{"status_code":1002,"status_msg":"rate limit"}}
    authentication  200 {"base_resp":{"status_code":1004,"status_msg":"login fail"}}
    billing         200 {"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}
    content-filter  200 {"base_resp":{"status_code":1026,"status_msg":"input new_sensitive"}}
    invalid-request 200 {"base_resp":{"status_code":2013,"status_msg":"invalid params"}}
    context-length  200 {"base_resp":{"status_code":2013,"status_msg":"context window exceeds limit"}}
    authentication  200 {"base_resp":{"status_code":2049,"status_msg":"invalid api key"}}
    quota           200 {"base_resp":{"status_code":2056,"status_msg":"usage limit exceeded"}}
    authentication  401 {"type":"error","error":{"type":"authorized_error","message":"x","http_code":"401"}}`,
  SiliconFlow: `
    authentication  401 "Invalid token"
    model-not-found 400 {"code":20012,"message":"Model does not exist. Please check it carefully.","data":null}
    invalid-request 400 {"code":20015,"message":"The parameter is invalid. Please check again.","data":null}
    context-length  400 {"code":20015,"message":"length of prompt_tokens (9) must be less than max_seq_len (8)."}
    billing         403 {"code":30001,"message":"Sorry, your account balance is insufficient","data":null}
    overloaded      503 {"code":50505,"message":"Model service overloaded.","data":null}`,
  NVIDIA: `
    authentication  401 {"status":401,"title":"Unauthorized","detail":"Authentication failed"}
    model-not-found 404 {"status":404,"title":"Not Found","detail":"Function 'f': Not found for account 'a'"}
    model-not-found 410 {"status":410,"title":"Gone","detail":"The model 'm' has reached its end of life"}
    invalid-request 422 {"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required"}]}`,
  Groq: `
    rate-limit      413 {"error":{"message":"Request too large, reduce your size","type":"tokens","code":"rate_limit_exceeded"}}
    context-length  400 {"error":{"message":"Please reduce the length of the messages","code":"context_length_exceeded"}}
    model-not-found 400 {"error":{"message":"x","type":"invalid_request_error","code":"model_decommissioned"}}
    invalid-request 400 {"error":{"message":"x","code":"tool_use_failed","failed_generation":"<function=x>"}}`,
  Cerebras: `
    authentication  401 {"message":"Wrong API Key","type":"invalid_request_error","code":"wrong_api_key"}
    model-not-found 404 {"message":"Model m does not exist","type":"not_found_error","code":"model_not_found"}
    rate-limit      429 {"message":"x","type":"too_many_requests_error","code":"request_quota_exceeded"}
    context-length  400 {"message":"Please reduce the length of the messages","code":"context_length_exceeded"}`,
  Together: `
    authentication  401 {"id":"i","error":{"message":"x","type":"invalid_request_error","code":"invalid_api_key"}}
    model-not-found 404 {"id":"i","error":{"message":"Unable to access model m.","code":"model_not_available"}}
    context-length  422 {"id":"i","error":{"message":"\`inputs\` tokens + \`max_new_tokens\` must be <= 8193."}}
    overloaded      503 {"id":"i","error":{"message":"The server is overloaded","type":"server_error","code":null}}`,
  Fireworks: `
    authentication  403 {"error":{"object":"error","message":"The API key you provided is invalid."}}
    model-not-found 404 {"error":{"object":"error","code":"NOT_FOUND","message":"Model not found, and/or not deployed"}}
    context-length  400 {"error":{"message":"The prompt is too long: 9, model maximum context length: 8"}}
    billing         412 {"error":{"object":"error","message":"The account is suspended: its spending limit is reached"}}`,
  OpenRouter: `
    billing         402 {"error":{"code":402,"message":"This request requires more credits, or fewer max_tokens."}}
    content-filter  403 {"error":{"code":403,"message":"x","metadata":{"reasons":["violence"],"flagged_input":"x"}}}
    model-not-found 400 {"error":{"code":400,"message":"m/n is not a valid model ID"}}
    model-not-found 404 {"error":{"code":404,"message":"No endpoints found for m/n."}}
    rate-limit      429 {"error":{"code":429,"message":"Provider returned error","metadata":{"raw":"m is limited"}}}`,
  Perplexity: `
    authentication  401 {"error":{"message":"x","type":"invalid_api_key","code":401}}
    model-not-found 400 {"error":{"message":"Invalid model 'm'.","type":"invalid_model","code":400}}`,
  Ollama: `
    model-not-found 404 {"error":{"message":"model \\"m\\" not found, try pulling it first","type":"api_error"}}
    model-not-found 404 {"error":"model 'm' not found"}
    invalid-request 400 {"error":{"message":"m does not support tools","type":"invalid_request_error"}}`,
  'LM Studio': `
    model-not-found 404 {"error":{"message":"x","type":"invalid_request_error","code":"model_not_found"}}
    context-length  400 {"error":"However, the model is loaded with context length of only 4096 tokens"}`,
  vLLM: `
    authentication  401 {"error":"Unauthorized"}
    context-length  400 {"object":"error","message":"This model's maximum context length is 9","type":"BadRequestError","code":400}
    model-not-found 404 {"object":"error","message":"The model \`m\` does not exist.","type":"NotFoundError","code":404}
    model-not-found 404 {"error":{"message":"The model \`m\` does not exist.","type":"NotFoundError","code":404}}`,
};

const asObject = (text: string): JsonObject | undefined => {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
};

describe.each(Object.entries(errors))('an error of %s', (_vendor, lines) => {
  test.each(lines.trim().split('\n'))('%s', (line) => {
    const [, kind, status, body = ''] = /^\s*(\S+)\s+(\d+) (.*)$/.exec(line) ?? [];
    const error = parseError(Number(status), {}, asObject(body));
    expect(error.kind).toBe(kind);
    // MiniMax alone says 200 to what went wrong.
    expect(error.status === Number(status) || (status === '200' && error.status >= 400)).toBe(true);
  });
});

describe('the words of an error', () => {
  test.each<[body: string, message: string]>([
    ['{"code":"x","error":"Incorrect API key provided"}', 'Incorrect API key provided'],
    ['{"error":"model \'m\' not found"}', "model 'm' not found"],
    ['{"object":"error","message":{"detail":[{"loc":["body","n"],"msg":"too many"}]}}', 'body.n: too many'],
    ['{"status":404,"title":"Not Found","detail":"Not found for account"}', 'Not found for account'],
    ['{"code":20012,"message":"Model does not exist.","data":null}', 'Model does not exist.'],
    ['{"choices":null,"base_resp":{"status_code":1004,"status_msg":"login fail"}}', 'login fail'],
    ['{"errors":["first","second"]}', 'first'],
    [
      '{"error":{"message":"Provider returned error","metadata":{"raw":"{\\"error\\":{\\"message\\":\\"too long\\"}}"}}}',
      'Provider returned error: too long',
    ],
  ])('%s', (body, message) => {
    expect(parseError(400, {}, asObject(body)).message).toBe(message);
  });

  test('only their start says what it is about', () => {
    const message = `Invalid schema: ${'x'.repeat(3000)} maximum context length`;
    expect(parseError(400, {}, { error: { message } }).kind).toBe('invalid-request');
  });
});

const ending = (finish_reason: string): JsonObject => ({ choices: [{ index: 0, delta: {}, finish_reason }] });

describe('an error inside a stream', () => {
  test.each<[kind: string, status: number, event: JsonObject]>([
    ['overloaded', 503, { error: { message: 'Overloaded' }, status_code: 503 }],
    ['server', 520, { type: 'error', error: { message: 'unknown error, 520 (1000)', http_code: '520' } }],
    ['rate-limit', 429, { choices: [], base_resp: { status_code: 1002, status_msg: 'rate limit' } }],
    ['server', 502, { choices: [{ index: 0, delta: {}, error: { code: 502, message: 'x' } }] }],
    ['overloaded', 503, { error: { code: 503, message: 'gone' }, ...ending('error') }],
    ['context-length', 400, { object: 'error', message: 'the prompt is too long', code: 400 }],
    ['content-filter', 400, { error: { message: 'x', code: 'data_inspection_failed' } }],
    ['server', 500, ending('network_error')],
    ['overloaded', 503, ending('insufficient_system_resource')],
    ['server', 500, ending('error')],
  ])('%s, %i: %j', (kind, status, event) => {
    expect(findStreamError(event)).toMatchObject({ kind, status });
  });

  test.each<[event: JsonObject]>([
    [{ choices: [{ delta: { content: 'a' } }], base_resp: { status_code: 0, status_msg: '' } }],
    [{ choices: [], base_resp: { status_code: 0, status_msg: 'success' }, usage: { prompt_tokens: 1 } }],
    [{ choices: [{ delta: { content: 'a' }, error: null }], error: null }],
    [{ choices: [{ delta: { content: 'a' } }], code: 0, message: '' }],
    [{ choices: [], x_groq: { id: 'r' } }],
    [ending('sensitive')],
  ])('%j is none', (event) => {
    expect(findStreamError(event)).toBeUndefined();
  });
});
