import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { RequestAddress } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { parseOutput } from './convert-output.ts';
import { parseReasoning } from './convert-reasoning.ts';
import { parseMessages, parseSystemField } from './parse-messages.ts';
import { parseToolChoice, parseTools } from './parse-tools.ts';
import { defined, extraOf, invalid, isList, isObject, missing, objectOf, restOf } from './read.ts';

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
  const user = readField(objectField(metadata, 'metadata')?.['user_id'], 'metadata.user_id', 'string');
  const { config, configRest, ...meaning } = parseConfig(body);
  const { thinking, ...reasoning } = meaning;
  const tools = parseTools(body['tools']);
  return {
    model: parseModel(body['model'], address),
    stream: readField(body['stream'], 'stream', 'boolean') ?? address.stream ?? false,
    wantsUsage: true,
    messages: [...parseSystemField(body['system']), ...parseMessages(body['messages'])],
    ...parseToolChoice(body['tool_choice']),
    ...reasoning,
    ...defined({
      tools,
      maxTokens: readCount(body['max_tokens'], 'max_tokens'),
      temperature: readField(body['temperature'], 'temperature', 'number'),
      topP: readField(body['top_p'], 'top_p', 'number'),
      topK: readCount(body['top_k'], 'top_k'),
      stop: parseStop(body['stop_sequences']),
      serviceTier: parseTier(readField(body['service_tier'], 'service_tier', 'string')),
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
  const config = objectField(body['output_config'], 'output_config');
  objectField(body['output_format'], 'output_format');
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

function parseStop(value: Json | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isList(value)) throw invalid('stop_sequences', 'it must be a list of strings');
  return value.map((text, at) => {
    if (typeof text !== 'string') throw invalid(`stop_sequences[${at}]`, 'it must be a string');
    return text;
  });
}

/** `standard_only`: nothing but the usual service, as OpenAI's `default`. */
function parseTier(tier: string | undefined): string | undefined {
  return tier === 'standard_only' ? 'default' : tier;
}

function objectField(value: Json | undefined, name: string): JsonObject | undefined {
  if (value !== undefined && value !== null && !isObject(value)) throw invalid(name, 'it must be an object');
  return objectOf(value);
}

function readField(value: Json | undefined, name: string, type: 'string'): string | undefined;
function readField(value: Json | undefined, name: string, type: 'number'): number | undefined;
function readField(value: Json | undefined, name: string, type: 'boolean'): boolean | undefined;
function readField(value: Json | undefined, name: string, type: string): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type) throw invalid(name, `it must be a ${type}`);
  return value;
}

function readCount(value: Json | undefined, name: string): number | undefined {
  const count = readField(value, name, 'number');
  if (count !== undefined && (!Number.isInteger(count) || count < 0))
    throw invalid(name, 'it must be a whole number');
  return count;
}
