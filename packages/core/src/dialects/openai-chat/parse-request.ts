import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RequestAddress } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, invalid, isList, missing, restOf } from '../shared/read.ts';
import {
  need,
  wantBoolean,
  wantCount,
  wantList,
  wantNumber,
  wantObject,
  wantString,
  wantStrings,
  wantTexts,
  wantWord,
} from '../shared/want.ts';
import { extraOf } from './own-extra.ts';
import { parseMessages } from './parse-messages.ts';
import { parseReasoningOption } from './parse-reasoning-option.ts';
import { parseOutput, parseToolChoice, parseTools } from './parse-tools.ts';

/** @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING` */
export function parseRequest(body: JsonObject, address: RequestAddress): ChatRequest {
  const model = wantString(body['model'], 'model') ?? address.model;
  if (model === undefined || model === '') throw missing('model');
  const messages = need(wantList(body['messages'], 'messages'), 'messages');
  if (messages.length === 0) throw invalid('messages', 'it is empty; give at least one message');
  const stream = wantBoolean(body['stream'], 'stream') ?? address.stream ?? false;
  const streamOptions = wantObject(body['stream_options'], 'stream_options') ?? {};
  const wantsUsage = wantBoolean(streamOptions['include_usage'], 'stream_options.include_usage') === true;
  const choice = parseToolChoice(body);
  const output = parseOutput(body);
  const { reasoning, extra } = parseReasoningOption(body);
  const safetyId = wantString(body['safety_identifier'], 'safety_identifier');
  return defined({
    model,
    stream,
    wantsUsage: stream && wantsUsage,
    messages: parseMessages(messages),
    tools: parseTools(body),
    toolChoice: choice.value,
    parallelToolCalls: wantBoolean(body['parallel_tool_calls'], 'parallel_tool_calls') ?? oneAtATime(body),
    output: output.value,
    reasoning,
    maxTokens:
      wantCount(body['max_completion_tokens'], 'max_completion_tokens') ??
      wantCount(body['max_tokens'], 'max_tokens'),
    ...parseSampling(body),
    verbosity: wantWord(body['verbosity'], ['low', 'medium', 'high'], 'verbosity'),
    serviceTier: wantString(body['service_tier'], 'service_tier'),
    metadata: wantTexts(body['metadata'], 'metadata'),
    user: wantString(body['user'], 'user') ?? safetyId,
    cacheKey: wantString(body['prompt_cache_key'], 'prompt_cache_key'),
    store: wantBoolean(body['store'], 'store'),
    ...extraOf(
      defined({
        ...restOf(body, known),
        stream_options: restOf(streamOptions, ['include_usage']),
        functions: isLegacy(body) ? true : undefined,
        ...choice.extra,
        ...output.extra,
        ...extra,
      }),
    ),
  });
}

/** Parameters that are read into words of the vocabulary. `safety_identifier` is both: a `user`, and kept under its name. */
const known = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'reasoning',
  'thinking',
  'enable_thinking',
  'thinking_budget',
  'max_completion_tokens',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'stop',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'n',
  'verbosity',
  'service_tier',
  'metadata',
  'user',
  'prompt_cache_key',
  'store',
  'web_search_options',
];

/** The caller speaks of `functions` and expects a `function_call`. */
function isLegacy(body: JsonObject): boolean {
  return isList(body['functions']) && !isList(body['tools']);
}

/** Functions in the old form were called one at a time. */
function oneAtATime(body: JsonObject): false | undefined {
  return isLegacy(body) ? false : undefined;
}

function parseSampling(body: JsonObject): Partial<ChatRequest> {
  return defined({
    temperature: wantNumber(body['temperature'], 'temperature'),
    topP: wantNumber(body['top_p'], 'top_p'),
    topK: wantNumber(body['top_k'], 'top_k'),
    frequencyPenalty: wantNumber(body['frequency_penalty'], 'frequency_penalty'),
    presencePenalty: wantNumber(body['presence_penalty'], 'presence_penalty'),
    seed: wantNumber(body['seed'], 'seed'),
    stop: parseStop(body['stop']),
    logitBias: wantObject(body['logit_bias'], 'logit_bias'),
    logprobs: wantBoolean(body['logprobs'], 'logprobs'),
    topLogprobs: wantCount(body['top_logprobs'], 'top_logprobs'),
    choices: parseChoices(body['n']),
  });
}

function parseChoices(value: Json | undefined): number | undefined {
  const choices = wantCount(value, 'n');
  if (choices === 0) throw invalid('n', 'it must be at least 1');
  return choices;
}

function parseStop(value: Json | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return [value];
  if (!isList(value)) throw invalid('stop', 'it must be a string or an array of strings');
  return wantStrings(value, 'stop');
}
