import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import { absent, count } from '../fits.ts';
import { type Feature, never } from './feature.ts';
import { tools } from './offered-tools.ts';

export const toolChoices: readonly Feature[] = [
  {
    name: 'One call at a time',
    said: {
      'openai-chat': { ...tools.chat, parallel_tool_calls: false },
      'openai-responses': { ...tools.responses, parallel_tool_calls: false },
      'anthropic-messages': {
        ...tools.messages,
        tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      },
    },
    heard: {
      'openai-chat': { parallel_tool_calls: false },
      'openai-responses': { parallel_tool_calls: false },
      'anthropic-messages': { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    },
    told: /^(parallel_tool_calls|tool_choice\.disable_parallel_tool_use)$/,
  },
  choiceFeature('A tool choice: automatic', {
    chat: 'auto',
    responses: 'auto',
    messages: { type: 'auto' },
    gemini: { mode: 'AUTO' },
    bedrock: { auto: {} },
  }),
  {
    ...choiceFeature('A tool choice: none', {
      chat: 'none',
      responses: 'none',
      messages: { type: 'none' },
      gemini: { mode: 'NONE' },
      bedrock: {},
    }),
  },
  choiceFeature('A tool choice: any', {
    chat: 'required',
    responses: 'required',
    messages: { type: 'any' },
    gemini: { mode: 'ANY' },
    bedrock: { any: {} },
  }),
  choiceFeature('A tool choice: one by name', {
    chat: { type: 'function', function: { name: 'weather' } },
    responses: { type: 'function', name: 'weather' },
    messages: { type: 'tool', name: 'weather' },
    gemini: { mode: 'ANY', allowedFunctionNames: ['weather'] },
    bedrock: { tool: { name: 'weather' } },
  }),
  {
    name: 'A tool choice: one of some',
    said: {
      'openai-chat': {
        ...tools.chat,
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'weather' } }] },
        },
      },
      'openai-responses': {
        ...tools.responses,
        tool_choice: {
          type: 'allowed_tools',
          mode: 'required',
          tools: [{ type: 'function', name: 'weather' }],
        },
      },
      gemini: {
        ...tools.gemini,
        toolConfig: { functionCallingConfig: { mode: 'VALIDATED', allowedFunctionNames: ['weather'] } },
      },
    },
    heard: {
      'openai-chat': { tool_choice: { type: 'allowed_tools', allowed_tools: { tools: count(1) } } },
      'openai-responses': { tool_choice: { type: 'allowed_tools', tools: [{ name: 'weather' }] } },
      // These are offered no others.
      'anthropic-messages': { tools: count(1), tool_choice: { type: /any|auto/ } },
      gemini: { toolConfig: { functionCallingConfig: { allowedFunctionNames: ['weather'] } } },
      bedrock: { toolConfig: { tools: count(1), toolChoice: {} } },
    },
    told: never,
  },
];

interface Choices {
  readonly chat: string | JsonObject;
  readonly responses: string | JsonObject;
  readonly messages: JsonObject;
  readonly gemini: JsonObject;
  readonly bedrock: JsonObject;
}

function choiceFeature(name: string, { chat, responses, messages, gemini, bedrock }: Choices): Feature {
  const config = { functionCallingConfig: gemini };
  return {
    name,
    said: {
      'openai-chat': { ...tools.chat, tool_choice: chat },
      'openai-responses': { ...tools.responses, tool_choice: responses },
      'anthropic-messages': { ...tools.messages, tool_choice: messages },
      gemini: { ...tools.gemini, toolConfig: config },
    },
    heard: {
      'openai-chat': { tool_choice: chat },
      'openai-responses': { tool_choice: responses },
      'anthropic-messages': { tool_choice: messages },
      gemini: { toolConfig: config },
      // It has no "none": then no tools are offered.
      bedrock: chat === 'none' ? { toolConfig: absent } : { toolConfig: { toolChoice: bedrock } },
    },
    told: never,
  };
}
