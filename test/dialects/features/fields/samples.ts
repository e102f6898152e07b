import type { ChatDialect } from '../../../../packages/core/src/protocol/content.ts';
import type { Json, JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import { chatFields } from './chat-fields.ts';
import { converseFields } from './converse-fields.ts';
import { geminiFields } from './gemini-fields.ts';
import { messagesFields } from './messages-fields.ts';
import { responsesFields } from './responses-fields.ts';

/** One value of one field, in a request that has it and what it needs beside it. */
export interface Sample {
  readonly dialect: ChatDialect;
  readonly field: string;
  /** The fields of the body that say it. */
  readonly said: readonly string[];
  readonly body: JsonObject;
}

const schema = { type: 'object', properties: { city: { type: 'string' } } };
const hello = { role: 'user', content: 'Hello' };
const names = ['weather', 'time'];

const chatTools = [
  ...names.map((name) => ({ type: 'function', function: { name, parameters: schema } })),
  { type: 'custom', custom: { name: 'shell' } },
];
const responsesTools = [
  ...names.map((name) => ({ type: 'function', name, parameters: schema })),
  { type: 'custom', name: 'shell' },
];
const messagesTools = names.map((name) => ({ name, input_schema: schema }));

/** What a field means nothing without. */
const beside: Readonly<Partial<Record<ChatDialect, Readonly<Record<string, JsonObject>>>>> = {
  'openai-chat': {
    tool_choice: { tools: chatTools },
    parallel_tool_calls: { tools: chatTools },
    function_call: { functions: names.map((name) => ({ name, parameters: schema })) },
    stream_options: { stream: true },
    top_logprobs: { logprobs: true },
  },
  'openai-responses': {
    tool_choice: { tools: responsesTools },
    parallel_tool_calls: { tools: responsesTools },
  },
  'anthropic-messages': { tool_choice: { tools: messagesTools } },
  gemini: { toolConfig: { tools: [{ functionDeclarations: names.map((name) => ({ name })) }] } },
};

/** Where a field is one of the body. */
function samplesOf(
  dialect: ChatDialect,
  fields: Readonly<Record<string, readonly Json[]>>,
  base: JsonObject,
): readonly Sample[] {
  return Object.entries(fields).flatMap(([field, values]) =>
    values.map((value) => {
      const body = { ...base, ...beside[dialect]?.[field], [field]: value };
      return { dialect, field, said: [field], body };
    }),
  );
}

/** Where the SDK's field is another than the body's: the values are pieces of the body. */
function spelledSamples(
  dialect: ChatDialect,
  fields: Readonly<Record<string, readonly JsonObject[]>>,
  base: JsonObject,
): readonly Sample[] {
  return Object.entries(fields).flatMap(([field, values]) =>
    values.map((value) => ({
      dialect,
      field,
      said: Object.keys(value),
      body: { ...base, ...beside[dialect]?.[field], ...value },
    })),
  );
}

export const samples: readonly Sample[] = [
  ...samplesOf('openai-chat', chatFields, { model: 'any', messages: [hello] }),
  ...samplesOf('openai-responses', responsesFields, { model: 'any', input: [hello] }),
  ...samplesOf('anthropic-messages', messagesFields, { model: 'any', max_tokens: 8000, messages: [hello] }),
  ...spelledSamples('gemini', geminiFields, { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] }),
  ...spelledSamples('bedrock', converseFields, {
    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
  }),
];
