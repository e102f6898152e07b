import type { Prompt, PromptMessage, PromptTool, ReplyFormat } from '../../replies/prompt.ts';
import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';

/** A request of the Messages API as far as an answer depends on it. */
export function readPrompt(body: JsonObject): Prompt {
  return {
    model: readString(body.model) ?? '',
    messages: [
      ...(body.system === undefined ? [] : [{ role: 'system', text: readText(body.system) }]),
      ...readList(body.messages).filter(isJsonObject).flatMap(readMessage),
    ],
    tools: readList(body.tools).flatMap(readTool),
    toolChoice: readToolChoice(body.tool_choice),
    maxTokens: readNumber(body.max_tokens),
    stop: readList(body.stop_sequences).filter((item) => typeof item === 'string'),
    format: readFormat(body),
  };
}

/** Results of tools are what was said last, also where text stands after them. */
function readMessage({ role, content }: JsonObject): PromptMessage[] {
  const results = readList(content)
    .filter(isJsonObject)
    .filter(({ type }) => type === 'tool_result');
  const text = readText(content);
  const said = { role: readString(role) ?? 'user', text };
  return [
    ...(text === '' && results.length > 0 ? [] : [said]),
    ...results.map((result) => ({ role: 'tool', text: readText(result.content) })),
  ];
}

function readText(content: unknown): string {
  if (typeof content === 'string') return content;
  return readList(content)
    .filter(isJsonObject)
    .map((block) => readString(block.text) ?? '')
    .join('');
}

/** Anthropic's own tools are not called. */
function readTool(tool: unknown): PromptTool[] {
  if (!isJsonObject(tool) || (tool.type ?? 'custom') !== 'custom') return [];
  const name = readString(tool.name);
  const { input_schema: schema } = tool;
  return name === undefined ? [] : [{ name, parameters: isJsonObject(schema) ? schema : {} }];
}

function readToolChoice(choice: unknown): string {
  if (!isJsonObject(choice)) return 'auto';
  if (choice.type === 'tool') return readString(choice.name) ?? 'auto';
  return choice.type === 'any' ? 'required' : (readString(choice.type) ?? 'auto');
}

function readFormat({ output_config: config, output_format: older }: JsonObject): ReplyFormat {
  const format = isJsonObject(config) && isJsonObject(config.format) ? config.format : older;
  if (!isJsonObject(format) || !isJsonObject(format.schema)) return { type: 'text' };
  return { type: 'schema', schema: format.schema };
}
