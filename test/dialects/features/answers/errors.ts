import type { ChatDialect } from '../../../../packages/core/src/protocol/content.ts';
import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import type { FaceDialect } from '../faces.ts';
import type { Pattern } from '../fits.ts';

/** What an upstream answers in place of an answer. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** A mistake or a misfortune, and how it is told. */
export interface ErrorFeature {
  readonly name: string;
  readonly said: Readonly<Record<ChatDialect, Refusal>>;
  readonly heard: Readonly<Record<FaceDialect, { readonly status: number; readonly body: Pattern }>>;
}

interface Words {
  readonly openai: readonly [status: number, code: string | null, message: string];
  readonly messages: readonly [status: number, type: string, message: string];
  readonly gemini: readonly [status: number, word: string, message: string];
  readonly bedrock: readonly [status: number, name: string, message: string];
}

interface Heard {
  readonly openai: readonly [status: number, code: Pattern];
  readonly messages: readonly [status: number, type: Pattern];
  readonly gemini: readonly [status: number, word: Pattern];
}

function error(name: string, { openai, messages, gemini, bedrock }: Words, heard: Heard): ErrorFeature {
  const body = { error: { message: openai[2], type: 'some_error', param: null, code: openai[1] } };
  const told = { status: heard.openai[0], body: { error: { code: heard.openai[1] } } };
  return {
    name,
    said: {
      'openai-chat': { status: openai[0], body },
      'openai-responses': { status: openai[0], body },
      'anthropic-messages': {
        status: messages[0],
        body: { type: 'error', error: { type: messages[1], message: messages[2] }, request_id: 'req_1' },
      },
      gemini: {
        status: gemini[0],
        body: { error: { code: gemini[0], message: gemini[2], status: gemini[1] } },
      },
      bedrock: {
        status: bedrock[0],
        headers: { 'x-amzn-errortype': bedrock[1] },
        body: { message: bedrock[2] },
      },
    },
    heard: {
      'openai-chat': told,
      'openai-responses': told,
      'anthropic-messages': {
        status: heard.messages[0],
        body: { type: 'error', error: { type: heard.messages[1] } },
      },
      gemini: {
        status: heard.gemini[0],
        body: { error: { code: heard.gemini[0], status: heard.gemini[1] } },
      },
    },
  };
}

const anything: Pattern = () => true;
const over = 'This request would exceed your rate limit';

export const errors: readonly ErrorFeature[] = [
  error(
    'A mistake in the question',
    {
      openai: [400, 'invalid_value', "Invalid value for 'temperature'"],
      messages: [400, 'invalid_request_error', 'temperature: range: 0..1'],
      gemini: [400, 'INVALID_ARGUMENT', 'temperature must be in the range [0.0, 2.0]'],
      bedrock: [400, 'ValidationException', 'Value at temperature failed to satisfy constraint'],
    },
    { openai: [400, anything], messages: [400, 'invalid_request_error'], gemini: [400, 'INVALID_ARGUMENT'] },
  ),
  error(
    'The conversation is too long',
    {
      openai: [400, 'context_length_exceeded', "This model's maximum context length is 128000 tokens."],
      messages: [400, 'invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum'],
      gemini: [
        400,
        'INVALID_ARGUMENT',
        'The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).',
      ],
      bedrock: [400, 'ValidationException', 'Input is too long for requested model.'],
    },
    {
      openai: [400, 'context_length_exceeded'],
      messages: [400, 'invalid_request_error'],
      gemini: [400, 'INVALID_ARGUMENT'],
    },
  ),
  error(
    'A model that is not there',
    {
      openai: [404, 'model_not_found', 'The model `m` does not exist or you do not have access to it.'],
      messages: [404, 'not_found_error', 'model: claude-opus-4-6'],
      gemini: [404, 'NOT_FOUND', 'models/m is not found for API version v1beta'],
      bedrock: [404, 'ResourceNotFoundException', 'Model not found: m'],
    },
    { openai: [404, 'model_not_found'], messages: [404, 'not_found_error'], gemini: [404, 'NOT_FOUND'] },
  ),
  error(
    'Too many requests',
    {
      openai: [429, 'rate_limit_exceeded', over],
      messages: [429, 'rate_limit_error', over],
      gemini: [429, 'RESOURCE_EXHAUSTED', over],
      bedrock: [429, 'ThrottlingException', over],
    },
    {
      openai: [429, 'rate_limit_exceeded'],
      messages: [429, 'rate_limit_error'],
      gemini: [429, 'RESOURCE_EXHAUSTED'],
    },
  ),
  error(
    'Overloaded',
    {
      openai: [503, null, 'The engine is currently overloaded'],
      messages: [529, 'overloaded_error', 'Overloaded'],
      gemini: [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
      bedrock: [503, 'ServiceUnavailableException', 'Too many connections'],
    },
    { openai: [503, anything], messages: [529, 'overloaded_error'], gemini: [503, 'UNAVAILABLE'] },
  ),
  error(
    'A failure of the provider',
    {
      openai: [500, null, 'The server had an error'],
      messages: [500, 'api_error', 'Internal server error'],
      gemini: [500, 'INTERNAL', 'An internal error has occurred'],
      bedrock: [500, 'InternalServerException', 'Something went wrong'],
    },
    { openai: [502, 'upstream_error'], messages: [502, 'api_error'], gemini: [502, 'INTERNAL'] },
  ),
  error(
    "The gateway's key is refused",
    {
      openai: [401, 'invalid_api_key', 'Incorrect API key provided'],
      messages: [401, 'authentication_error', 'invalid x-api-key'],
      gemini: [401, 'UNAUTHENTICATED', 'API key not valid'],
      bedrock: [403, 'UnrecognizedClientException', 'The security token is invalid'],
    },
    { openai: [502, anything], messages: [502, 'api_error'], gemini: [502, 'INTERNAL'] },
  ),
];
