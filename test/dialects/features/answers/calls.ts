import { both, count, json } from '../fits.ts';
import {
  type AnswerFeature,
  candidate,
  completion,
  converse,
  first,
  message,
  response,
} from './answer-feature.ts';

const input = { city: 'Rome' };
const args = JSON.stringify(input);
const schema = { type: 'object', properties: { city: { type: 'string' } } };

/** Functions that are offered. */
const tools: AnswerFeature['asked'] = {
  'openai-chat': { tools: [{ type: 'function', function: { name: 'weather', parameters: schema } }] },
  'openai-responses': { tools: [{ type: 'function', name: 'weather', parameters: schema }] },
  'anthropic-messages': { tools: [{ name: 'weather', input_schema: schema }] },
  gemini: { tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: schema }] }] },
};

const chatCall = (id: string, text: string) => ({
  id,
  type: 'function',
  function: { name: 'weather', arguments: text },
});
const responsesCall = (id: string, text: string) => ({
  type: 'function_call',
  id: `fc_${id}`,
  status: 'completed',
  call_id: id,
  name: 'weather',
  arguments: text,
});

export const calls: readonly AnswerFeature[] = [
  {
    name: 'Calls of functions, side by side',
    asked: tools,
    said: {
      'openai-chat': completion(
        { tool_calls: [chatCall('call_1', args), chatCall('call_2', '{}')] },
        { finish_reason: 'tool_calls' },
      ),
      'openai-responses': response([responsesCall('call_1', args), responsesCall('call_2', '{}')]),
      'anthropic-messages': message(
        [
          { type: 'tool_use', id: 'call_1', name: 'weather', input },
          { type: 'tool_use', id: 'call_2', name: 'weather', input: {} },
        ],
        { stop_reason: 'tool_use' },
      ),
      gemini: candidate([
        { functionCall: { id: 'call_1', name: 'weather', args: input } },
        { functionCall: { id: 'call_2', name: 'weather' } },
      ]),
      bedrock: converse(
        [
          { toolUse: { toolUseId: 'call_1', name: 'weather', input } },
          { toolUse: { toolUseId: 'call_2', name: 'weather', input: {} } },
        ],
        { stopReason: 'tool_use' },
      ),
    },
    heard: {
      'openai-chat': first.chat(
        {
          tool_calls: both(count(2), [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: json(input) } },
            { id: 'call_2', function: { name: 'weather', arguments: '{}' } },
          ]),
        },
        { finish_reason: 'tool_calls' },
      ),
      'openai-responses': {
        output: both(count(2), [
          { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: json(input) },
          { type: 'function_call', call_id: 'call_2', name: 'weather', arguments: '{}' },
        ]),
      },
      'anthropic-messages': {
        content: both(count(2), [
          { type: 'tool_use', id: 'call_1', name: 'weather', input },
          { type: 'tool_use', id: 'call_2', name: 'weather', input: {} },
        ]),
        stop_reason: 'tool_use',
      },
      gemini: first.gemini(
        both(count(2), [
          { functionCall: { id: 'call_1', name: 'weather', args: input } },
          { functionCall: { id: 'call_2', name: 'weather' } },
        ]),
      ),
    },
  },
  {
    name: 'Calls of tools that take free text',
    asked: {
      'openai-chat': { tools: [{ type: 'custom', custom: { name: 'shell' } }] },
      'openai-responses': { tools: [{ type: 'custom', name: 'shell' }] },
    },
    said: {
      'openai-chat': completion(
        { tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'shell', input: 'ls' } }] },
        { finish_reason: 'tool_calls' },
      ),
      'openai-responses': response([
        {
          type: 'custom_tool_call',
          id: 'ctc_1',
          status: 'completed',
          call_id: 'call_1',
          name: 'shell',
          input: 'ls',
        },
      ]),
      // As the gateway has offered it there.
      'anthropic-messages': message(
        [{ type: 'tool_use', id: 'call_1', name: 've_text__shell', input: { input: 'ls' } }],
        { stop_reason: 'tool_use' },
      ),
      gemini: candidate([
        { functionCall: { id: 'call_1', name: 'shell', args: { vector_custom_input: 'ls' } } },
      ]),
      bedrock: converse(
        [{ toolUse: { toolUseId: 'call_1', name: 've_text__shell', input: { input: 'ls' } } }],
        { stopReason: 'tool_use' },
      ),
    },
    heard: {
      'openai-chat': first.chat({ tool_calls: [{ type: 'custom', custom: { name: 'shell', input: 'ls' } }] }),
      'openai-responses': { output: [{ type: 'custom_tool_call', name: 'shell', input: 'ls' }] },
    },
  },
];
