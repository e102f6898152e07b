import { GatewayError } from '../../errors.ts';
import type { ChatRequest, OutputFormat, Reasoning } from '../../protocol/chat-request.ts';
import type { RequestAddress } from '../../protocol/codec.ts';
import type { Message } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isEffort } from './convert-effort.ts';
import { keep } from './own-extra.ts';
import { parseInput } from './parse-input.ts';
import { parseToolChoice, parseTools } from './parse-tools.ts';
import {
  asList,
  asName,
  asNumber,
  asText,
  compact,
  isList,
  isObject,
  omit,
  optional,
  refuse,
} from './read.ts';
import { isAskedAnyway } from './render-include.ts';
import { findInstructions } from './render-input.ts';

/** Fields that the vocabulary has a word for; the others are kept as they came. */
const known = [
  'model',
  'input',
  'instructions',
  'stream',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'include',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'service_tier',
  'metadata',
  'safety_identifier',
  'user',
  'prompt_cache_key',
  'store',
];

export function parseRequest(body: JsonObject, address: RequestAddress): ChatRequest {
  const named = body['model'] ?? address.model;
  if (named === undefined) throw new GatewayError('VE_PARAMETER_MISSING', { parameter: 'model' });
  const model = asName(named) ?? refuse('model', 'it must be the name of a model');
  const stream = boolean(body, 'stream') ?? address.stream ?? false;
  const { output, verbosity, textRest } = parseText(body['text']);
  const { reasoning, reasoningRest } = parseReasoning(body['reasoning']);
  const toolChoice = parseToolChoice(body['tool_choice']);
  const include = parseInclude(body['include']);
  const request: ChatRequest = {
    model,
    stream,
    // Its streams always end with the usage.
    wantsUsage: stream,
    messages: parseMessages(body),
    ...optional('tools', parseTools(body['tools'])),
    ...optional('toolChoice', toolChoice),
    ...optional('parallelToolCalls', boolean(body, 'parallel_tool_calls')),
    ...optional('output', output),
    ...optional('reasoning', reasoning),
    ...optional('maxTokens', count(body, 'max_output_tokens')),
    ...optional('temperature', number(body, 'temperature')),
    ...optional('topP', number(body, 'top_p')),
    ...(include.includes(logprobsWanted) ? { logprobs: true } : {}),
    ...optional('topLogprobs', count(body, 'top_logprobs')),
    ...optional('verbosity', verbosity),
    ...optional('serviceTier', text(body, 'service_tier')),
    ...optional('metadata', parseMetadata(body['metadata'])),
    ...optional('user', text(body, 'safety_identifier') ?? text(body, 'user')),
    ...optional('cacheKey', text(body, 'prompt_cache_key')),
    ...optional('store', boolean(body, 'store')),
  };
  const otherIncludes = include.filter((name) => name !== logprobsWanted && !isAskedAnyway(name, request));
  return {
    ...request,
    ...keep({
      ...omit(body, known),
      ...userFields(body),
      ...(toolChoice === undefined && isObject(body['tool_choice'])
        ? { tool_choice: body['tool_choice'] }
        : {}),
      ...(otherIncludes.length === 0 ? {} : { include: otherIncludes }),
      ...optional('text', textRest),
      ...optional('reasoning', reasoningRest),
    }),
  };
}

const logprobsWanted = 'message.output_text.logprobs';

function parseMessages(body: JsonObject): readonly Message[] {
  const instructions = text(body, 'instructions');
  const { input } = body;
  if (input === undefined || input === null) {
    // A stored prompt or conversation is input enough.
    const isElsewhere = ['prompt', 'previous_response_id', 'conversation'].some((name) =>
      isGiven(body[name]),
    );
    if (!isElsewhere) throw new GatewayError('VE_PARAMETER_MISSING', { parameter: 'input' });
  }
  const messages = input === undefined || input === null ? [] : parseInput(input);
  if (instructions !== undefined) {
    return [{ role: 'system', content: [{ type: 'text', text: instructions }] }, ...messages];
  }
  // Not to be taken for instructions when it is rendered: those are not part of a stored conversation.
  const [first, ...more] = messages;
  if (first === undefined || findInstructions(first) === undefined) return messages;
  return [{ ...first, ...keep({ role: 'system' }) }, ...more];
}

function isGiven(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}

/** The older name of the two is given back under its own name. */
function userFields(body: JsonObject): JsonObject {
  const { user, safety_identifier: identifier } = body;
  if (!isGiven(user)) return {};
  return isGiven(identifier) ? { user, safety_identifier: identifier } : { user };
}

interface TextSettings {
  readonly output: OutputFormat | undefined;
  readonly verbosity: ChatRequest['verbosity'];
  readonly textRest: JsonObject | undefined;
}

function parseText(value: Json | undefined): TextSettings {
  if (!isGiven(value)) return { output: undefined, verbosity: undefined, textRest: undefined };
  if (!isObject(value)) return refuse('text', 'it must be an object');
  const { format, verbosity } = value;
  const isKnown = verbosity === 'low' || verbosity === 'medium' || verbosity === 'high';
  const output = isGiven(format) ? parseFormat(format) : undefined;
  const isRead = output !== undefined || !isGiven(format);
  return {
    output,
    verbosity: isKnown ? verbosity : undefined,
    textRest: omit(value, [
      ...(isRead ? ['format'] : []),
      ...(isKnown || verbosity === null ? ['verbosity'] : []),
    ]),
  };
}

function parseFormat(format: Json | undefined): OutputFormat | undefined {
  if (!isObject(format) || typeof format['type'] !== 'string') {
    return refuse('text.format', 'it must be an object with a type');
  }
  if (format['type'] === 'text') return { type: 'text' };
  if (format['type'] === 'json_object') return { type: 'json' };
  if (format['type'] !== 'json_schema') return undefined;
  const { schema, strict } = format;
  if (!isObject(schema)) return refuse('text.format.schema', 'it must be an object');
  return {
    type: 'json-schema',
    name: asName(format['name']) ?? refuse('text.format.name', 'it must be a string that is not empty'),
    schema,
    ...optional('description', asText(format['description'])),
    ...(typeof strict === 'boolean' ? { isStrict: strict } : {}),
  };
}

function parseReasoning(value: Json | undefined): {
  reasoning: Reasoning | undefined;
  reasoningRest: JsonObject | undefined;
} {
  if (!isGiven(value)) return { reasoning: undefined, reasoningRest: undefined };
  if (!isObject(value)) return refuse('reasoning', 'it must be an object');
  const { effort, summary } = value;
  for (const name of ['effort', 'summary']) {
    if (isGiven(value[name]) && typeof value[name] !== 'string')
      refuse(`reasoning.${name}`, 'it must be a string');
  }
  const isSummary = summary === 'auto' || summary === 'concise' || summary === 'detailed';
  const reasoning: Reasoning = {
    ...(isEffort(effort) ? { effort } : {}),
    ...(isSummary ? { summary } : {}),
  };
  return {
    reasoning: Object.keys(reasoning).length === 0 ? undefined : reasoning,
    reasoningRest: omit(value, [
      ...(isEffort(effort) || effort === null ? ['effort'] : []),
      ...(isSummary || summary === null ? ['summary'] : []),
    ]),
  };
}

function parseInclude(value: Json | undefined): readonly string[] {
  if (!isGiven(value)) return [];
  if (!isList(value)) return refuse('include', 'it must be a list of strings');
  return asList(value).map(
    (name, index) => asText(name) ?? refuse(`include[${index}]`, 'it must be a string'),
  );
}

function parseMetadata(value: Json | undefined): Readonly<Record<string, string>> | undefined {
  if (!isGiven(value)) return undefined;
  if (!isObject(value)) return refuse('metadata', 'it must be an object of strings');
  const entries = Object.entries(compact(value)).map(
    ([name, entry]) => [name, asText(entry) ?? refuse(`metadata.${name}`, 'it must be a string')] as const,
  );
  return Object.fromEntries(entries);
}

function boolean(body: JsonObject, name: string): boolean | undefined {
  const value = body[name];
  if (!isGiven(value)) return undefined;
  return typeof value === 'boolean' ? value : refuse(name, 'it must be true or false');
}

function text(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (!isGiven(value)) return undefined;
  return asText(value) ?? refuse(name, 'it must be a string');
}

function number(body: JsonObject, name: string): number | undefined {
  const value = body[name];
  if (!isGiven(value)) return undefined;
  return asNumber(value) ?? refuse(name, 'it must be a number');
}

function count(body: JsonObject, name: string): number | undefined {
  const value = number(body, name);
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
  return refuse(name, 'it must be a whole number that is not negative');
}
