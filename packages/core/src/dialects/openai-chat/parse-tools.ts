import type { OutputFormat, Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, invalid, isObject, objectOf, restOf, stringOf, wordOf } from '../shared/read.ts';
import { need, wantBoolean, wantList, wantObject, wantString, wantWord } from '../shared/want.ts';
import { parseCacheMark } from './convert-cache-mark.ts';
import { extraOf } from './own-extra.ts';

/** `tools`, the old `functions`, and the search of the web. */
export function parseTools(body: JsonObject): readonly Tool[] | undefined {
  const tools = wantList(body['tools'], 'tools')?.map((tool, index) => parseTool(tool, `tools[${index}]`));
  const functions = wantList(body['functions'], 'functions')?.map((entry, index) =>
    parseFunction({ function: entry }, `functions[${index}]`, `functions[${index}]`),
  );
  const search = wantObject(body['web_search_options'], 'web_search_options');
  if (search === undefined) return tools ?? functions;
  // A parameter here, a tool everywhere else.
  return [
    ...(tools ?? functions ?? []),
    { type: 'built-in', extra: { 'openai-chat': { web_search_options: search } } },
  ];
}

function parseTool(value: Json, path: string): Tool {
  if (!isObject(value)) throw invalid(path, 'it must be an object');
  const type = wantString(value['type'], `${path}.type`) ?? 'function';
  if (type === 'function') return parseFunction(value, path, `${path}.function`);
  if (type === 'custom' && isObject(value['custom']))
    return parseCustom(value, value['custom'], `${path}.custom`);
  return { type: 'built-in', extra: { 'openai-chat': value } };
}

function parseFunction(tool: JsonObject, path: string, innerPath: string): Tool {
  const inner = need(wantObject(tool['function'], innerPath), innerPath);
  const rest = restOf(inner, ['name', 'description', 'parameters', 'strict', 'cache_control']);
  return defined({
    type: 'function' as const,
    name: wantName(inner, innerPath),
    description: wantString(inner['description'], `${innerPath}.description`),
    parameters: wantObject(inner['parameters'], `${innerPath}.parameters`),
    isStrict: wantBoolean(inner['strict'], `${innerPath}.strict`),
    cache: parseCacheMark(tool) ?? parseCacheMark(inner),
    ...extraOf(defined({ ...restOf(tool, ['type', 'function', 'cache_control']), function: rest })),
  });
}

function wantName(inner: JsonObject, path: string): string {
  const name = need(wantString(inner['name'], `${path}.name`), `${path}.name`);
  if (name === '') throw invalid(`${path}.name`, 'it is empty');
  return name;
}

function parseCustom(tool: JsonObject, inner: JsonObject, path: string): Tool {
  const rest = restOf(inner, ['name', 'description', 'format']);
  return defined({
    type: 'custom' as const,
    name: wantName(inner, path),
    description: wantString(inner['description'], `${path}.description`),
    format: flattenGrammar(wantObject(inner['format'], `${path}.format`)),
    ...extraOf(defined({ ...restOf(tool, ['type', 'custom']), custom: rest })),
  });
}

/** Chat Completions has one object more around a grammar than Responses. */
function flattenGrammar(format: JsonObject | undefined): JsonObject | undefined {
  const grammar = objectOf(format?.['grammar']);
  return format?.['type'] === 'grammar' && grammar !== undefined ? { type: 'grammar', ...grammar } : format;
}

interface Read<Wanted> {
  readonly value?: Wanted;
  /** What there is no word for, under its parameter's name. */
  readonly extra: JsonObject;
}

/** `tool_choice`, and the old `function_call`. */
export function parseToolChoice(body: JsonObject): Read<ToolChoice> {
  const choice = body['tool_choice'];
  if (choice === undefined || choice === null) return parseFunctionChoice(body['function_call']);
  if (typeof choice === 'string') {
    // Mistral's word for "required" is "any".
    const words = ['auto', 'none', 'required', 'any'] as const;
    const type = need(wantWord(choice, words, 'tool_choice'), 'tool_choice');
    return { value: { type: type === 'any' ? 'required' : type }, extra: {} };
  }
  if (!isObject(choice)) throw invalid('tool_choice', 'it must be a word or an object');
  const named = objectOf(choice['function']) ?? objectOf(choice['custom']);
  const name = wordOf(named?.['name']);
  if (name !== undefined) return { value: { type: 'tool', name }, extra: {} };
  if (choice['type'] === 'function')
    throw invalid('tool_choice.function', 'it must be an object with a name');
  if (choice['type'] === 'allowed_tools') return { value: parseAllowed(choice), extra: {} };
  return { extra: { tool_choice: choice } };
}

function parseFunctionChoice(choice: Json | undefined): Read<ToolChoice> {
  if (choice === undefined || choice === null) return { extra: {} };
  if (choice === 'auto' || choice === 'none') return { value: { type: choice }, extra: {} };
  const name = wordOf(objectOf(choice)?.['name']);
  if (name === undefined) throw invalid('function_call', 'it must be auto, none or an object with a name');
  return { value: { type: 'tool', name }, extra: {} };
}

function parseAllowed(choice: JsonObject): ToolChoice {
  const path = 'tool_choice.allowed_tools';
  const allowed = need(wantObject(choice['allowed_tools'], path), path);
  const tools = need(wantList(allowed['tools'], `${path}.tools`), `${path}.tools`);
  const names = tools.map((tool, index) => {
    const named = isObject(tool) ? (objectOf(tool['function']) ?? objectOf(tool['custom']) ?? tool) : {};
    return need(wantString(named['name'], `${path}.tools[${index}]`), `${path}.tools[${index}]`);
  });
  const mode = wantWord(allowed['mode'], ['auto', 'required'], `${path}.mode`);
  return { type: 'allowed', names, isRequired: mode === 'required' };
}

/** `response_format`. */
export function parseOutput(body: JsonObject): Read<OutputFormat> {
  const format = wantObject(body['response_format'], 'response_format');
  if (format === undefined) return { extra: {} };
  const type = stringOf(format['type']);
  if (type === 'text') return { value: { type: 'text' }, extra: {} };
  if (type === 'json_object') {
    const rest = restOf(format, ['type']);
    return { value: { type: 'json' }, extra: defined({ response_format: rest }) };
  }
  if (type !== 'json_schema') {
    wantString(format['type'], 'response_format.type');
    return { extra: { response_format: format } };
  }
  const path = 'response_format.json_schema';
  const inner = need(wantObject(format['json_schema'], path), path);
  const value: OutputFormat = defined({
    type: 'json-schema' as const,
    name: need(wantString(inner['name'], `${path}.name`), `${path}.name`),
    // Left out, anything goes.
    schema: wantObject(inner['schema'], `${path}.schema`) ?? {},
    description: wantString(inner['description'], `${path}.description`),
    isStrict: wantBoolean(inner['strict'], `${path}.strict`),
  });
  return { value, extra: {} };
}
