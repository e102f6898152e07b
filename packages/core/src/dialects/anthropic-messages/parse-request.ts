import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RequestAddress } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, invalid, isObject, missing, restOf } from '../shared/read.ts';
import { wantBoolean, wantCount, wantNumber, wantObject, wantString, wantStrings } from '../shared/want.ts';
import { parseOutput } from './convert-output.ts';
import { parseReasoning } from './convert-reasoning.ts';
import { extraOf } from './own-extra.ts';
import { parseMessages, parseSystemField } from './parse-messages.ts';
import { parseToolChoice, parseTools } from './parse-tools.ts';

const known = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'max_tokens',
  'stream',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'service_tier',
  'metadata',
  'thinking',
  'output_config',
  'output_format',
];

export function parseRequest(body: JsonObject, address: RequestAddress): ChatRequest {
  const { metadata } = body;
  const user = wantString(wantObject(metadata, 'metadata')?.['user_id'], 'metadata.user_id');
  const { config, configRest, ...meaning } = parseConfig(body);
  const { thinking, ...reasoning } = meaning;
  const tools = parseTools(body['tools']);
  return {
    model: parseModel(body['model'], address),
    stream: wantBoolean(body['stream'], 'stream') ?? address.stream ?? false,
    wantsUsage: true,
    messages: [...parseSystemField(body['system']), ...parseMessages(body['messages'])],
    ...parseToolChoice(body['tool_choice']),
    ...reasoning,
    ...defined({
      tools,
      maxTokens: wantCount(body['max_tokens'], 'max_tokens'),
      temperature: wantNumber(body['temperature'], 'temperature'),
      topP: wantNumber(body['top_p'], 'top_p'),
      topK: wantCount(body['top_k'], 'top_k'),
      stop: wantStrings(body['stop_sequences'], 'stop_sequences'),
      serviceTier: parseTier(wantString(body['service_tier'], 'service_tier')),
      user,
    }),
    ...extraOf(
      restOf(
        {
          ...restOf(body, known),
          metadata: isObject(metadata) ? restOf(metadata, user === undefined ? [] : ['user_id']) : undefined,
          thinking,
          output_config: configRest,
          output_format: config.isOldFormat ? undefined : body['output_format'],
        },
        [],
      ),
    ),
  };
}

function parseModel(value: Json | undefined, address: RequestAddress): string {
  const model = value ?? address.model;
  if (model === undefined) throw missing('model');
  if (typeof model !== 'string' || model === '') throw invalid('model', 'it must be the name of a model');
  return model;
}

/** Reasoning and the form of the answer, and what of their fields is left over. */
function parseConfig(body: JsonObject): Pick<ChatRequest, 'reasoning' | 'output'> & {
  thinking?: JsonObject | undefined;
  config: { isOldFormat: boolean };
  configRest: JsonObject | undefined;
} {
  const config = wantObject(body['output_config'], 'output_config');
  wantObject(body['output_format'], 'output_format');
  const { isEffortKnown, ...reasoning } = parseReasoning(body['thinking'], config);
  const format = parseOutput(config?.['format']);
  const oldFormat = config?.['format'] === undefined ? parseOutput(body['output_format']) : undefined;
  const output = format ?? oldFormat;
  const understood = [...(isEffortKnown ? ['effort'] : []), ...(format === undefined ? [] : ['format'])];
  return {
    ...reasoning,
    ...defined({ output }),
    config: { isOldFormat: oldFormat !== undefined },
    configRest: config && restOf(config, understood),
  };
}

/** `standard_only`: nothing but the usual service, as OpenAI's `default`. */
function parseTier(tier: string | undefined): string | undefined {
  return tier === 'standard_only' ? 'default' : tier;
}
