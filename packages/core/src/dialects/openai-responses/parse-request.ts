import type { ChatRequest, OutputFormat, Reasoning } from '../../protocol/chat-request.ts';
import type { RequestAddress } from '../../protocol/codec.ts';
import type { Message } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isEffort } from '../shared/effort.ts';
import { filled, invalid, isObject, missing, optional, restOf, stringOf } from '../shared/read.ts';
import {
  need,
  wantBoolean,
  wantCount,
  wantName,
  wantNumber,
  wantObject,
  wantString,
  wantStrings,
  wantTexts,
} from '../shared/want.ts';
import { extraOf } from './own-extra.ts';
import { parseInput } from './parse-input.ts';
import { parseToolChoice, parseTools } from './parse-tools.ts';
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
  const model = need(wantName(named, 'model'), 'model');
  const stream = wantBoolean(body['stream'], 'stream') ?? address.stream ?? false;
  const { output, verbosity, textRest } = parseText(body['text']);
  const { reasoning, reasoningRest } = parseReasoning(body['reasoning']);
  const toolChoice = parseToolChoice(body['tool_choice']);
  const include = wantStrings(body['include'], 'include') ?? [];
  const request: ChatRequest = {
    model,
    stream,
    // Its streams always end with the usage.
    wantsUsage: stream,
    messages: parseMessages(body),
    ...optional('tools', parseTools(body['tools'])),
    ...optional('toolChoice', toolChoice),
    ...optional('parallelToolCalls', wantBoolean(body['parallel_tool_calls'], 'parallel_tool_calls')),
    ...optional('output', output),
    ...optional('reasoning', reasoning),
    ...optional('maxTokens', wantCount(body['max_output_tokens'], 'max_output_tokens')),
    ...optional('temperature', wantNumber(body['temperature'], 'temperature')),
    ...optional('topP', wantNumber(body['top_p'], 'top_p')),
    ...(include.includes(logprobsWanted) ? { logprobs: true } : {}),
    ...optional('topLogprobs', wantCount(body['top_logprobs'], 'top_logprobs')),
    ...optional('verbosity', verbosity),
    ...optional('serviceTier', wantString(body['service_tier'], 'service_tier')),
    ...optional('metadata', wantTexts(body['metadata'], 'metadata')),
    ...optional(
      'user',
      wantString(body['safety_identifier'], 'safety_identifier') ?? wantString(body['user'], 'user'),
    ),
    ...optional('cacheKey', wantString(body['prompt_cache_key'], 'prompt_cache_key')),
    ...optional('store', wantBoolean(body['store'], 'store')),
  };
  const otherIncludes = include.filter((name) => name !== logprobsWanted && !isAskedAnyway(name, request));
  return {
    ...request,
    ...extraOf({
      ...restOf(body, known),
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
  const instructions = wantString(body['instructions'], 'instructions');
  const { input } = body;
  if (input === undefined || input === null) {
    // A stored prompt or conversation is input enough.
    const isElsewhere = ['prompt', 'previous_response_id', 'conversation'].some((name) =>
      isGiven(body[name]),
    );
    if (!isElsewhere) throw missing('input');
  }
  const messages = input === undefined || input === null ? [] : parseInput(input);
  if (instructions !== undefined) {
    return [{ role: 'system', content: [{ type: 'text', text: instructions }] }, ...messages];
  }
  // Not to be taken for instructions when it is rendered: those are not part of a stored conversation.
  const [first, ...more] = messages;
  if (first === undefined || findInstructions(first) === undefined) return messages;
  return [{ ...first, ...extraOf({ role: 'system' }) }, ...more];
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
  const text = wantObject(value, 'text');
  if (text === undefined) return { output: undefined, verbosity: undefined, textRest: undefined };
  const { format, verbosity } = text;
  const isKnown = verbosity === 'low' || verbosity === 'medium' || verbosity === 'high';
  const output = isGiven(format) ? parseFormat(format) : undefined;
  const isRead = output !== undefined || !isGiven(format);
  return {
    output,
    verbosity: isKnown ? verbosity : undefined,
    textRest: restOf(text, [...(isRead ? ['format'] : []), ...(isKnown ? ['verbosity'] : [])]),
  };
}

function parseFormat(format: Json | undefined): OutputFormat | undefined {
  if (!isObject(format) || typeof format['type'] !== 'string') {
    throw invalid('text.format', 'it must be an object with a type');
  }
  if (format['type'] === 'text') return { type: 'text' };
  if (format['type'] === 'json_object') return { type: 'json' };
  if (format['type'] !== 'json_schema') return undefined;
  const { schema, strict } = format;
  if (!isObject(schema)) throw invalid('text.format.schema', 'it must be an object');
  return {
    type: 'json-schema',
    name: need(wantName(format['name'], 'text.format.name'), 'text.format.name'),
    schema,
    ...optional('description', stringOf(format['description'])),
    ...(typeof strict === 'boolean' ? { isStrict: strict } : {}),
  };
}

function parseReasoning(value: Json | undefined): {
  reasoning: Reasoning | undefined;
  reasoningRest: JsonObject | undefined;
} {
  const wire = wantObject(value, 'reasoning');
  if (wire === undefined) return { reasoning: undefined, reasoningRest: undefined };
  const effort = wantString(wire['effort'], 'reasoning.effort');
  const summary = wantString(wire['summary'], 'reasoning.summary');
  const isSummary = summary === 'auto' || summary === 'concise' || summary === 'detailed';
  const reasoning: Reasoning = {
    ...(isEffort(effort) ? { effort } : {}),
    ...(isSummary ? { summary } : {}),
  };
  return {
    reasoning: filled(reasoning),
    reasoningRest: restOf(wire, [...(isEffort(effort) ? ['effort'] : []), ...(isSummary ? ['summary'] : [])]),
  };
}
