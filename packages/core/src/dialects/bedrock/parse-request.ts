import type { ChatRequest, OutputFormat } from '../../protocol/chat-request.ts';
import type { RequestAddress } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { invalid, isObject, objectOf, optional, parseJson, restOf, stringOf } from '../shared/read.ts';
import {
  need,
  wantList,
  wantNumber,
  wantObject,
  wantString,
  wantStrings,
  wantTexts,
} from '../shared/want.ts';
import { parseModelFields } from './model-fields.ts';
import { extraOf } from './own-extra.ts';
import { parseMessages, parseSystem } from './parse-messages.ts';
import { parseToolConfig } from './parse-tools.ts';

const known = [
  'modelId',
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'additionalModelRequestFields',
  'outputConfig',
  'requestMetadata',
  'serviceTier',
];

/** Converse and ConverseStream; the path says which, and the model. */
export function parseRequest(body: JsonObject, address: RequestAddress): ChatRequest {
  const model = need(address.model ?? wantString(body['modelId'], 'modelId'), 'modelId');
  const messages = wantList(body['messages'], 'messages');
  // A stored prompt brings its own.
  if (objectOf(body['promptVariables']) === undefined) need(messages, 'messages');
  const tools = parseToolConfig(body['toolConfig']);
  const fields = wantObject(body['additionalModelRequestFields'], 'additionalModelRequestFields');
  const { reasoning, topK, rest } = parseModelFields(fields ?? {}, model);
  const inference = parseInference(body['inferenceConfig']);
  const output = parseOutput(body['outputConfig']);
  const metadata = wantTexts(body['requestMetadata'], 'requestMetadata');
  const tier = wantObject(body['serviceTier'], 'serviceTier');
  const tierType = wantString(tier?.['type'], 'serviceTier.type');
  const effort = parseModelFields({ output_config: { effort: output.rest?.['effort'] } }, model).reasoning;
  const extra = {
    ...restOf(body, [...known]),
    ...optional('inferenceConfig', inference.rest),
    ...optional('toolConfig', tools.rest),
    ...optional('additionalModelRequestFields', rest),
    ...optional('outputConfig', output.rest),
    ...optional('serviceTier', tierType === undefined ? tier : undefined),
  };
  return {
    model,
    stream: address.stream ?? false,
    wantsUsage: true,
    messages: [...parseSystem(body['system']), ...parseMessages(messages ?? [])],
    ...optional('tools', tools.tools),
    ...optional('toolChoice', tools.toolChoice),
    ...optional('output', output.format),
    ...optional('reasoning', reasoning ?? effort),
    ...inference.said,
    ...optional('topK', topK),
    ...optional('serviceTier', tierType),
    ...optional('metadata', metadata),
    ...extraOf(extra),
  };
}

interface Inference {
  readonly said: Pick<ChatRequest, 'maxTokens' | 'temperature' | 'topP' | 'stop'>;
  readonly rest?: JsonObject;
}

function parseInference(value: Json | undefined): Inference {
  const config = wantObject(value, 'inferenceConfig');
  if (config === undefined) return { said: {} };
  const stop = wantStrings(config['stopSequences'], 'inferenceConfig.stopSequences');
  return {
    said: {
      ...optional('maxTokens', wantNumber(config['maxTokens'], 'inferenceConfig.maxTokens')),
      ...optional('temperature', wantNumber(config['temperature'], 'inferenceConfig.temperature')),
      ...optional('topP', wantNumber(config['topP'], 'inferenceConfig.topP')),
      ...optional('stop', stop),
    },
    ...optional('rest', restOf(config, ['maxTokens', 'temperature', 'topP', 'stopSequences'])),
  };
}

interface Output {
  readonly format?: OutputFormat;
  readonly rest?: JsonObject;
}

/** The schema is JSON text on the wire. What is of another kind is kept as it came. */
function parseOutput(value: Json | undefined): Output {
  const config = wantObject(value, 'outputConfig');
  if (config === undefined) return {};
  const textFormat = wantObject(config['textFormat'], 'outputConfig.textFormat');
  const path = 'outputConfig.textFormat.structure';
  const structure = wantObject(textFormat?.['structure'], path);
  const wire = wantObject(structure?.['jsonSchema'], `${path}.jsonSchema`);
  if (wire === undefined) return { ...optional('rest', restOf(config, [])) };
  const text = need(wantString(wire['schema'], `${path}.jsonSchema.schema`), `${path}.jsonSchema.schema`);
  const schema = parseJson(text);
  if (!isObject(schema)) throw invalid(`${path}.jsonSchema.schema`, 'it must be the JSON text of an object');
  return {
    format: {
      type: 'json-schema',
      name: stringOf(wire['name']) ?? 'answer',
      schema,
      ...optional('description', stringOf(wire['description'])),
    },
    ...optional('rest', restOf(config, ['textFormat'])),
  };
}
