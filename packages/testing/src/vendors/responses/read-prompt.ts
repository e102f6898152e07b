import type { Prompt, PromptMessage, PromptTool, ReplyFormat } from '../../replies/prompt.ts';
import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';

/** A request of the Responses API as far as an answer depends on it. `items`: the whole conversation. */
export function readPrompt(body: JsonObject, items: readonly JsonObject[]): Prompt {
  const instructions = readString(body.instructions);
  const format = isJsonObject(body.text) ? body.text.format : undefined;
  const choice = readToolChoice(body.tool_choice);
  return {
    model: readString(body.model) ?? '',
    messages: [
      ...(instructions === undefined ? [] : [{ role: 'system', text: instructions }]),
      ...items.flatMap(readItem),
    ],
    tools: readList(body.tools)
      .flatMap(readTool)
      .filter(({ name }) => choice.allowed === undefined || choice.allowed.includes(name)),
    toolChoice: choice.name,
    maxTokens: readNumber(body.max_output_tokens),
    stop: [],
    format: readFormat(format),
  };
}

function readItem(item: JsonObject): PromptMessage[] {
  switch (item.type ?? 'message') {
    case 'message':
      return [{ role: readString(item.role) ?? 'user', text: readText(item.content) }];
    case 'function_call':
      return [{ role: 'assistant', text: readString(item.arguments) ?? '' }];
    case 'custom_tool_call':
      return [{ role: 'assistant', text: readString(item.input) ?? '' }];
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ role: 'tool', text: readText(item.output) }];
    default:
      return [];
  }
}

function readText(content: unknown): string {
  if (typeof content === 'string') return content;
  return readList(content)
    .filter(isJsonObject)
    .map((part) => readString(part.text) ?? readString(part.refusal) ?? '')
    .join('');
}

function readTool(tool: unknown): PromptTool[] {
  if (!isJsonObject(tool)) return [];
  const name = readString(tool.name);
  if (name === undefined) return [];
  if (tool.type === 'custom') return [{ name, parameters: undefined }];
  if (tool.type !== 'function') return [];
  return [{ name, parameters: isJsonObject(tool.parameters) ? tool.parameters : {} }];
}

function readToolChoice(choice: unknown): {
  readonly name: string;
  readonly allowed?: readonly string[];
} {
  if (typeof choice === 'string') return { name: choice };
  if (!isJsonObject(choice)) return { name: 'auto' };
  if (choice.type !== 'allowed_tools') return { name: readString(choice.name) ?? 'auto' };
  const allowed = readList(choice.tools)
    .filter(isJsonObject)
    .map(({ name }) => String(name));
  return { name: readString(choice.mode) ?? 'auto', allowed };
}

function readFormat(format: unknown): ReplyFormat {
  if (!isJsonObject(format)) return { type: 'text' };
  if (format.type === 'json_object') return { type: 'json' };
  return format.type === 'json_schema' && isJsonObject(format.schema)
    ? { type: 'schema', schema: format.schema }
    : { type: 'text' };
}
