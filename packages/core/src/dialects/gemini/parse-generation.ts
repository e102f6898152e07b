import type { ChatRequest, OutputFormat, Reasoning } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, filled, isObject } from '../shared/read.ts';
import type { FieldReader } from './field-reader.ts';
import { toJsonSchema } from './schema.ts';
import { parseThinking } from './thinking.ts';

/** `generationConfig` as fields of the request, and what of it has no neutral word. */
export function parseGeneration(config: FieldReader): {
  fields: Partial<ChatRequest>;
  rest: JsonObject | undefined;
} {
  const thinkingConfig = config.object('thinkingConfig');
  const thinking: { reasoning?: Reasoning | undefined; rest?: JsonObject | undefined } =
    thinkingConfig === undefined ? {} : parseThinking(thinkingConfig);
  const { output, rest: outputRest } = parseOutput(config);
  const fields = defined({
    maxTokens: config.number('maxOutputTokens'),
    temperature: config.number('temperature'),
    topP: config.number('topP'),
    topK: config.number('topK'),
    stop: config.texts('stopSequences'),
    seed: config.number('seed'),
    choices: config.number('candidateCount'),
    presencePenalty: config.number('presencePenalty'),
    frequencyPenalty: config.number('frequencyPenalty'),
    logprobs: config.boolean('responseLogprobs'),
    topLogprobs: config.number('logprobs'),
    reasoning: thinking.reasoning,
    output,
  });
  const rest = { ...config.rest(), ...outputRest, ...defined({ thinkingConfig: thinking.rest }) };
  return { fields, rest: filled(rest) };
}

function parseOutput(config: FieldReader): { output: OutputFormat | undefined; rest: JsonObject } {
  const mimeType = config.text('responseMimeType');
  const openApi = config.plain('responseSchema');
  // `_responseJsonSchema` is how the first SDKs spelled it.
  const jsonSchema: Json | undefined =
    config.json('responseJsonSchema') ?? config.json('_responseJsonSchema');
  const written = openApi === undefined ? {} : { responseSchema: openApi };
  if (mimeType !== undefined && mimeType !== 'application/json' && mimeType !== 'text/plain') {
    // `text/x.enum` and whatever comes: nobody else has it.
    const rest = { ...written, ...defined({ responseJsonSchema: jsonSchema }) };
    return { output: undefined, rest: { responseMimeType: mimeType, ...rest } };
  }
  const schema = isObject(jsonSchema) ? jsonSchema : openApi && toJsonSchema(openApi);
  if (schema !== undefined) {
    const name = typeof schema.title === 'string' ? toName(schema.title) : 'response';
    return { output: { type: 'json-schema', name, schema }, rest: {} };
  }
  if (mimeType === 'application/json') return { output: { type: 'json' }, rest: {} };
  return { output: mimeType === undefined ? undefined : { type: 'text' }, rest: {} };
}

/** A name as OpenAI allows it. */
function toName(title: string): string {
  return title.replace(/[^a-zA-Z0-9_-]+/g, '_').slice(0, 64) || 'response';
}
