import type { ChatRequest, OutputFormat } from '../../protocol/chat-request.ts';
import type { RequestAddress } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { parseModelFields } from './model-fields.ts';
import { parseMessages, parseSystem } from './parse-messages.ts';
import { parseToolConfig } from './parse-tools.ts';
import {
  given,
  invalid,
  isList,
  isObject,
  need,
  objectOf,
  parseJson,
  restOf,
  stringOf,
  wantList,
  wantNumber,
  wantObject,
  wantString,
} from './read.ts';

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
  const metadata = parseMetadata(body['requestMetadata']);
  const tier = wantObject(body['serviceTier'], 'serviceTier');
  const tierType = wantString(tier?.['type'], 'serviceTier.type');
  const effort = parseModelFields({ output_config: { effort: output.rest?.['effort'] } }, model).reasoning;
  const extra = {
    ...restOf(body, ...known),
    ...given('inferenceConfig', inference.rest),
    ...given('toolConfig', tools.rest),
    ...given('additionalModelRequestFields', rest),
    ...given('outputConfig', output.rest),
    ...given('serviceTier', tierType === undefined ? tier : undefined),
  };
  return {
    model,
    stream: address.stream ?? false,
    wantsUsage: true,
    messages: [...parseSystem(body['system']), ...parseMessages(messages ?? [])],
    ...given('tools', tools.tools),
    ...given('toolChoice', tools.toolChoice),
    ...given('output', output.format),
    ...given('reasoning', reasoning ?? effort),
    ...inference.said,
    ...given('topK', topK),
    ...given('serviceTier', tierType),
    ...given('metadata', metadata),
    ...given('extra', Object.keys(extra).length === 0 ? undefined : { bedrock: extra }),
  };
}

interface Inference {
  readonly said: Pick<ChatRequest, 'maxTokens' | 'temperature' | 'topP' | 'stop'>;
  readonly rest?: JsonObject;
}

function parseInference(value: Json | undefined): Inference {
  const config = wantObject(value, 'inferenceConfig');
  if (config === undefined) return { said: {} };
  const stop = wantList(config['stopSequences'], 'inferenceConfig.stopSequences')?.map((sequence, index) => {
    const path = `inferenceConfig.stopSequences[${index}]`;
    return need(wantString(sequence, path), path);
  });
  return {
    said: {
      ...given('maxTokens', wantNumber(config['maxTokens'], 'inferenceConfig.maxTokens')),
      ...given('temperature', wantNumber(config['temperature'], 'inferenceConfig.temperature')),
      ...given('topP', wantNumber(config['topP'], 'inferenceConfig.topP')),
      ...given('stop', stop),
    },
    ...given('rest', restOf(config, 'maxTokens', 'temperature', 'topP', 'stopSequences')),
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
  if (wire === undefined) return { ...given('rest', restOf(config)) };
  const text = need(wantString(wire['schema'], `${path}.jsonSchema.schema`), `${path}.jsonSchema.schema`);
  const schema = parseJson(text);
  if (!isObject(schema))
    throw invalid(
      `${path}.jsonSchema.schema`,
      `${path}.jsonSchema.schema must be the JSON text of an object`,
    );
  return {
    format: {
      type: 'json-schema',
      name: stringOf(wire['name']) ?? 'answer',
      schema,
      ...given('description', stringOf(wire['description'])),
    },
    ...given('rest', restOf(config, 'textFormat')),
  };
}

function parseMetadata(value: Json | undefined): Readonly<Record<string, string>> | undefined {
  const metadata = wantObject(value, 'requestMetadata');
  if (metadata === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(metadata).map(([name, text]) => {
      const path = `requestMetadata.${name}`;
      if (isList(text)) throw invalid(path, `${path} must be a string`);
      return [name, need(wantString(text, path), path)];
    }),
  );
}
