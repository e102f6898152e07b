import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../wire/read-json.ts';
import type { Prompt, PromptMessage, PromptTool, ReplyFormat } from './prompt.ts';

/** A chat completion's request. `maxTokens` is `max_completion_tokens`, or the older `max_tokens`. */
export interface ChatRequest extends Prompt {
  readonly messages: readonly ChatMessage[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly includeObfuscation: boolean;
  readonly choices: number;
  readonly logprobs: boolean;
  readonly reasoningEffort: string | undefined;
  readonly serviceTier: string | undefined;
}

interface ChatMessage extends PromptMessage {
  readonly toolCallId: string | undefined;
  readonly toolCalls: readonly { readonly id: string; readonly name: string }[];
}

export function readChatRequest(body: JsonObject): ChatRequest {
  const streamOptions = isJsonObject(body.stream_options) ? body.stream_options : {};
  return {
    model: readString(body.model) ?? '',
    messages: readList(body.messages).filter(isJsonObject).map(readMessage),
    tools: readList(body.tools).flatMap(readTool),
    toolChoice: readToolChoice(body.tool_choice),
    stream: body.stream === true,
    includeUsage: streamOptions.include_usage === true,
    includeObfuscation: streamOptions.include_obfuscation !== false,
    choices: readNumber(body.n) ?? 1,
    maxTokens: readNumber(body.max_completion_tokens) ?? readNumber(body.max_tokens),
    stop: readStop(body.stop),
    logprobs: body.logprobs === true,
    reasoningEffort: readString(body.reasoning_effort),
    serviceTier: readString(body.service_tier),
    format: readFormat(body.response_format),
  };
}

function readMessage(message: JsonObject): ChatMessage {
  return {
    role: readString(message.role) ?? 'user',
    text: readText(message.content),
    toolCallId: readString(message.tool_call_id),
    toolCalls: readList(message.tool_calls)
      .filter(isJsonObject)
      .map((call) => ({
        id: readString(call.id) ?? '',
        name: isJsonObject(call.function) ? (readString(call.function.name) ?? '') : '',
      })),
  };
}

/** Content is a string or a list of parts, of which text and refusal parts hold text. */
function readText(content: unknown): string {
  if (typeof content === 'string') return content;
  return readList(content)
    .filter(isJsonObject)
    .map((part) => readString(part.text) ?? readString(part.refusal) ?? '')
    .join('');
}

function readTool(tool: unknown): PromptTool[] {
  if (!isJsonObject(tool) || !isJsonObject(tool.function)) return [];
  const name = readString(tool.function.name);
  const { parameters } = tool.function;
  return name === undefined ? [] : [{ name, parameters: isJsonObject(parameters) ? parameters : {} }];
}

function readToolChoice(choice: unknown): string {
  if (typeof choice === 'string') return choice;
  if (!isJsonObject(choice) || !isJsonObject(choice.function)) return 'auto';
  return readString(choice.function.name) ?? 'auto';
}

export function readStop(stop: unknown): readonly string[] {
  if (typeof stop === 'string') return [stop];
  return readList(stop).filter((item) => typeof item === 'string');
}

function readFormat(format: unknown): ReplyFormat {
  if (!isJsonObject(format)) return { type: 'text' };
  if (format.type === 'json_object') return { type: 'json' };
  if (format.type !== 'json_schema' || !isJsonObject(format.json_schema)) return { type: 'text' };
  const { schema } = format.json_schema;
  return { type: 'schema', schema: isJsonObject(schema) ? schema : {} };
}
