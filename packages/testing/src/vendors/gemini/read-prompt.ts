import type { Prompt, PromptMessage, PromptTool, ReplyFormat } from '../../replies/prompt.ts';
import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';

/** A `generateContent` request as far as an answer depends on it. `body` has its names in camel case. */
export function readPrompt(body: JsonObject, model: string): Prompt {
  const config = isJsonObject(body.generationConfig) ? body.generationConfig : {};
  const calling = readCalling(body);
  return {
    model,
    messages: [
      ...(isJsonObject(body.systemInstruction)
        ? [{ role: 'system', text: readText(body.systemInstruction) }]
        : []),
      ...readList(body.contents).filter(isJsonObject).flatMap(readContent),
    ],
    tools: readList(body.tools)
      .filter(isJsonObject)
      .flatMap((tool) => readList(tool.functionDeclarations).filter(isJsonObject))
      .filter(({ name }) => calling.allowed.length === 0 || calling.allowed.includes(String(name)))
      .map(readFunction),
    toolChoice: calling.choice,
    maxTokens: readNumber(config.maxOutputTokens),
    stop: readList(config.stopSequences).filter((item) => typeof item === 'string'),
    format: readFormat(config),
  };
}

function readCalling({ toolConfig }: JsonObject): {
  readonly choice: string;
  readonly allowed: readonly string[];
} {
  const config = isJsonObject(toolConfig) ? toolConfig.functionCallingConfig : undefined;
  if (!isJsonObject(config)) return { choice: 'auto', allowed: [] };
  const mode = readString(config.mode);
  return {
    choice: mode === 'ANY' ? 'required' : mode === 'NONE' ? 'none' : 'auto',
    allowed: readList(config.allowedFunctionNames).map(String),
  };
}

function readContent(content: JsonObject): PromptMessage[] {
  const results = readList(content.parts)
    .filter(isJsonObject)
    .map((part) => part.functionResponse)
    .filter(isJsonObject);
  const said = { role: content.role === 'model' ? 'assistant' : 'user', text: readText(content) };
  return [
    ...(said.text === '' && results.length > 0 ? [] : [said]),
    ...results.map(({ response }) => ({ role: 'tool', text: readResult(response) })),
  ];
}

function readText({ parts }: JsonObject): string {
  return readList(parts)
    .filter(isJsonObject)
    .filter(({ thought }) => thought !== true)
    .map(({ text }) => readString(text) ?? '')
    .join('');
}

/** `output` or `result` where it is text, as the SDKs write it; else all of it. */
function readResult(response: unknown): string {
  if (!isJsonObject(response)) return '';
  return readString(response.output) ?? readString(response.result) ?? JSON.stringify(response);
}

function readFunction({ name, parameters, parametersJsonSchema }: JsonObject): PromptTool {
  const schema = parameters ?? parametersJsonSchema;
  return { name: String(name), parameters: isJsonObject(schema) ? schema : {} };
}

function readFormat({ responseMimeType, responseSchema, responseJsonSchema }: JsonObject): ReplyFormat {
  const schema = responseSchema ?? responseJsonSchema;
  if (isJsonObject(schema)) return { type: 'schema', schema };
  return { type: responseMimeType === 'application/json' ? 'json' : 'text' };
}
