import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import { both, json, type Pattern } from '../fits.ts';
import { type Feature, never } from './feature.ts';
import { tools } from './offered-tools.ts';

const input = { city: 'Rome' };
const args = JSON.stringify(input);
const png = 'iVBORw0KGgo=';
const pngUrl = `data:image/png;base64,${png}`;

interface Result {
  readonly chat?: JsonObject;
  readonly responses?: JsonObject;
  readonly messages?: JsonObject;
  readonly gemini?: JsonObject;
}

/** A conversation in which the model has called a tool, and got this. */
function resultOf({ chat, responses, messages, gemini }: Result): Feature['said'] {
  const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: args } };
  const hello = { role: 'user', content: 'Hello' };
  return {
    ...(chat && {
      'openai-chat': {
        ...tools.chat,
        messages: [
          hello,
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: 'call_1', ...chat },
        ],
      },
    }),
    ...(responses && {
      'openai-responses': {
        ...tools.responses,
        input: [
          hello,
          { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: args },
          { type: 'function_call_output', call_id: 'call_1', ...responses },
        ],
      },
    }),
    ...(messages && {
      'anthropic-messages': {
        ...tools.messages,
        messages: [
          hello,
          { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'weather', input }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', ...messages }] },
        ],
      },
    }),
    ...(gemini && {
      gemini: {
        ...tools.gemini,
        contents: [
          { role: 'user', parts: [{ text: 'Hello' }] },
          { role: 'model', parts: [{ functionCall: { id: 'call_1', name: 'weather', args: input } }] },
          { role: 'user', parts: [{ functionResponse: { id: 'call_1', name: 'weather', ...gemini } }] },
        ],
      },
    }),
  };
}

const calls: Feature['heard'] = {
  'openai-chat': {
    messages: [{ tool_calls: [{ id: 'call_1', function: { name: 'weather', arguments: json(input) } }] }],
  },
  'openai-responses': {
    input: [{ type: 'function_call', call_id: 'call_1', name: 'weather', arguments: json(input) }],
  },
  'anthropic-messages': {
    messages: [{ content: [{ type: 'tool_use', id: 'call_1', name: 'weather', input }] }],
  },
  gemini: { contents: [{ role: 'model', parts: [{ functionCall: { name: 'weather', args: input } }] }] },
  bedrock: { messages: [{ content: [{ toolUse: { toolUseId: 'call_1', name: 'weather', input } }] }] },
};

/** Both the call and what came of it. */
function heardBack(results: Feature['heard']): Feature['heard'] {
  const entries = Object.entries(calls).map(([dialect, call]): [string, Pattern] => {
    const result = Reflect.get(results, dialect) as Pattern | undefined;
    return [dialect, result === undefined ? call : both(call, result)];
  });
  return Object.fromEntries(entries);
}

const sunny = 'Sunny';
export const toolResults: readonly Feature[] = [
  {
    name: 'Calls and their results, as text',
    said: resultOf({
      chat: { content: sunny },
      responses: { output: sunny },
      messages: { content: sunny },
      gemini: { response: { output: sunny } },
    }),
    heard: heardBack({
      'openai-chat': { messages: [{ role: 'tool', tool_call_id: 'call_1', content: sunny }] },
      'openai-responses': { input: [{ type: 'function_call_output', call_id: 'call_1', output: sunny }] },
      'anthropic-messages': {
        messages: [{ content: [{ type: 'tool_result', tool_use_id: 'call_1', content: sunny }] }],
      },
      gemini: {
        contents: [{ parts: [{ functionResponse: { name: 'weather', response: { output: sunny } } }] }],
      },
      bedrock: {
        messages: [{ content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: sunny }] } }] }],
      },
    }),
    told: never,
  },
  {
    name: 'Results with pictures',
    said: resultOf({
      responses: { output: [{ type: 'input_image', image_url: pngUrl }] },
      messages: {
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }],
      },
      gemini: { response: {}, parts: [{ inlineData: { mimeType: 'image/png', data: png } }] },
    }),
    heard: heardBack({
      // It follows in a message of the user's.
      'openai-chat': {
        messages: [
          { role: 'tool' },
          { role: 'user', content: [{ type: 'image_url', image_url: { url: pngUrl } }] },
        ],
      },
      'openai-responses': {
        input: [{ type: 'function_call_output', output: [{ type: 'input_image', image_url: pngUrl }] }],
      },
      'anthropic-messages': {
        messages: [
          { content: [{ type: 'tool_result', content: [{ type: 'image', source: { data: png } }] }] },
        ],
      },
      gemini: {
        contents: [
          {
            parts: [{ functionResponse: { parts: [{ inlineData: { mimeType: 'image/png', data: png } }] } }],
          },
        ],
      },
      bedrock: {
        messages: [
          { content: [{ toolResult: { content: [{ image: { format: 'png', source: { bytes: png } } }] } }] },
        ],
      },
    }),
    told: never,
  },
  {
    name: 'Results that are errors',
    said: resultOf({
      messages: { content: 'No such city', is_error: true },
      gemini: { response: { error: 'No such city' } },
    }),
    heard: heardBack({
      'openai-chat': { messages: [{ role: 'tool', content: 'Error: No such city' }] },
      'openai-responses': { input: [{ type: 'function_call_output', output: 'Error: No such city' }] },
      'anthropic-messages': {
        messages: [{ content: [{ type: 'tool_result', content: 'No such city', is_error: true }] }],
      },
      gemini: { contents: [{ parts: [{ functionResponse: { response: { error: 'No such city' } } }] }] },
      bedrock: {
        messages: [{ content: [{ toolResult: { status: 'error', content: [{ text: 'No such city' }] } }] }],
      },
    }),
    told: never,
  },
];
