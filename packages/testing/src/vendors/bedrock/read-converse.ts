import type { Prompt, PromptMessage, PromptTool } from '../../replies/prompt.ts';
import {
  isJsonObject,
  type JsonObject,
  parseJson,
  readList,
  readNumber,
  readString,
} from '../../wire/read-json.ts';

interface Inference {
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly stop: readonly string[];
}

export function readInference({ inferenceConfig: config }: JsonObject): Inference {
  const given = isJsonObject(config) ? config : {};
  return {
    maxTokens: readNumber(given.maxTokens),
    temperature: readNumber(given.temperature),
    topP: readNumber(given.topP),
    stop: readList(given.stopSequences).filter((item) => typeof item === 'string'),
  };
}

/** What is the model's own: `additionalModelRequestFields`. */
export function readFields({ additionalModelRequestFields: fields }: JsonObject): JsonObject {
  return isJsonObject(fields) ? fields : {};
}

/** The schema of `outputConfig.textFormat`, which stands there as text. */
export function parseSchema({ outputConfig }: JsonObject): JsonObject | undefined {
  const format = isJsonObject(outputConfig) ? outputConfig.textFormat : undefined;
  const structure = isJsonObject(format) ? format.structure : undefined;
  const schema = isJsonObject(structure) ? structure.jsonSchema : undefined;
  const parsed = isJsonObject(schema) ? parseJson(Buffer.from(readString(schema.schema) ?? '')) : undefined;
  return isJsonObject(parsed) ? parsed : undefined;
}

/** A Converse request as far as an answer depends on it. */
export function readPrompt(body: JsonObject, model: string): Prompt {
  const config = isJsonObject(body.toolConfig) ? body.toolConfig : {};
  const schema = parseSchema(body);
  const { maxTokens, stop } = readInference(body);
  const system = readText(body.system);
  return {
    model,
    messages: [
      ...(system === '' ? [] : [{ role: 'system', text: system }]),
      ...readList(body.messages).filter(isJsonObject).flatMap(readMessage),
    ],
    tools: readList(config.tools).flatMap(readTool),
    toolChoice: readToolChoice(config.toolChoice),
    maxTokens,
    stop,
    format: schema === undefined ? { type: 'text' } : { type: 'schema', schema },
  };
}

/** Results of tools are what was said last, also where text stands after them. */
function readMessage({ role, content }: JsonObject): PromptMessage[] {
  const results = readList(content)
    .filter(isJsonObject)
    .map(({ toolResult }) => toolResult)
    .filter(isJsonObject);
  const text = readText(content);
  return [
    ...(text === '' && results.length > 0 ? [] : [{ role: readString(role) ?? 'user', text }]),
    ...results.map((result) => ({ role: 'tool', text: readText(result.content) })),
  ];
}

function readText(content: unknown): string {
  return readList(content)
    .filter(isJsonObject)
    .map(({ text, json }) => readString(text) ?? (json === undefined ? '' : JSON.stringify(json)))
    .join('');
}

function readTool(tool: unknown): PromptTool[] {
  const spec = isJsonObject(tool) ? tool.toolSpec : undefined;
  if (!isJsonObject(spec)) return [];
  const schema = isJsonObject(spec.inputSchema) ? spec.inputSchema.json : undefined;
  return [{ name: String(spec.name), parameters: isJsonObject(schema) ? schema : {} }];
}

function readToolChoice(choice: unknown): string {
  if (!isJsonObject(choice)) return 'auto';
  if (isJsonObject(choice.tool)) return readString(choice.tool.name) ?? 'auto';
  return choice.any === undefined ? 'auto' : 'required';
}
