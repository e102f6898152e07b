import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import type { FaceDialect } from '../faces.ts';
import type { Pattern } from '../fits.ts';
import {
  type AnswerFeature,
  candidate,
  completion,
  converse,
  item,
  message,
  outputText,
  response,
} from './answer-feature.ts';

interface Counted {
  readonly chat?: JsonObject;
  readonly responses?: JsonObject;
  readonly messages?: JsonObject;
  readonly gemini?: JsonObject;
  readonly bedrock?: JsonObject;
}

/** Each dialect's own way to say: nine tokens in, three out, and so many of them of one kind. */
function usage(
  name: string,
  said: Counted,
  heard: Readonly<Partial<Record<FaceDialect, Pattern>>>,
): AnswerFeature {
  const { chat, responses, messages, gemini, bedrock } = said;
  return {
    name: `Tokens: ${name}`,
    said: {
      ...(chat && { 'openai-chat': completion({ content: 'Rome' }, {}, { usage: chat }) }),
      ...(responses && { 'openai-responses': response([item(outputText('Rome'))], { usage: responses }) }),
      ...(messages && {
        'anthropic-messages': message([{ type: 'text', text: 'Rome' }], { usage: messages }),
      }),
      ...(gemini && { gemini: candidate([{ text: 'Rome' }], {}, { usageMetadata: gemini }) }),
      ...(bedrock && { bedrock: converse([{ text: 'Rome' }], { usage: bedrock }) }),
    },
    heard,
  };
}

const chat = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
const responses = { input_tokens: 9, output_tokens: 3, total_tokens: 12 };
const gemini = { promptTokenCount: 9, candidatesTokenCount: 3, totalTokenCount: 12 };

export const usages: readonly AnswerFeature[] = [
  usage(
    'in and out',
    {
      chat,
      responses,
      messages: { input_tokens: 9, output_tokens: 3 },
      gemini,
      bedrock: { inputTokens: 9, outputTokens: 3, totalTokens: 12 },
    },
    {
      'openai-chat': { usage: chat },
      'openai-responses': { usage: responses },
      'anthropic-messages': { usage: { input_tokens: 9, output_tokens: 3 } },
      gemini: { usageMetadata: gemini },
    },
  ),
  usage(
    'read from the prompt cache',
    {
      chat: { ...chat, prompt_tokens_details: { cached_tokens: 4 } },
      responses: { ...responses, input_tokens_details: { cached_tokens: 4 } },
      messages: { input_tokens: 5, cache_read_input_tokens: 4, output_tokens: 3 },
      gemini: { ...gemini, cachedContentTokenCount: 4 },
      bedrock: { inputTokens: 5, cacheReadInputTokens: 4, outputTokens: 3, totalTokens: 12 },
    },
    {
      'openai-chat': { usage: { ...chat, prompt_tokens_details: { cached_tokens: 4 } } },
      'openai-responses': { usage: { ...responses, input_tokens_details: { cached_tokens: 4 } } },
      'anthropic-messages': { usage: { input_tokens: 5, cache_read_input_tokens: 4, output_tokens: 3 } },
      gemini: { usageMetadata: { ...gemini, cachedContentTokenCount: 4 } },
    },
  ),
  usage(
    'written to the prompt cache',
    {
      responses: { ...responses, input_tokens_details: { cache_write_tokens: 4 } },
      messages: { input_tokens: 5, cache_creation_input_tokens: 4, output_tokens: 3 },
      bedrock: { inputTokens: 5, cacheWriteInputTokens: 4, outputTokens: 3, totalTokens: 12 },
    },
    {
      'openai-chat': { usage: { ...chat, prompt_tokens_details: { cache_write_tokens: 4 } } },
      'openai-responses': { usage: { ...responses, input_tokens_details: { cache_write_tokens: 4 } } },
      'anthropic-messages': { usage: { input_tokens: 5, cache_creation_input_tokens: 4, output_tokens: 3 } },
    },
  ),
  usage(
    'of thoughts',
    {
      chat: { ...chat, completion_tokens_details: { reasoning_tokens: 2 } },
      responses: { ...responses, output_tokens_details: { reasoning_tokens: 2 } },
      messages: { input_tokens: 9, output_tokens: 3, output_tokens_details: { thinking_tokens: 2 } },
      gemini: { promptTokenCount: 9, candidatesTokenCount: 1, thoughtsTokenCount: 2, totalTokenCount: 12 },
    },
    {
      'openai-chat': { usage: { ...chat, completion_tokens_details: { reasoning_tokens: 2 } } },
      'openai-responses': { usage: { ...responses, output_tokens_details: { reasoning_tokens: 2 } } },
      'anthropic-messages': { usage: { output_tokens: 3, output_tokens_details: { thinking_tokens: 2 } } },
      gemini: { usageMetadata: { candidatesTokenCount: 1, thoughtsTokenCount: 2, totalTokenCount: 12 } },
    },
  ),
  usage(
    'of sound',
    {
      chat: { ...chat, prompt_tokens_details: { audio_tokens: 4 } },
      gemini: {
        ...gemini,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 5 },
          { modality: 'AUDIO', tokenCount: 4 },
        ],
      },
    },
    {
      'openai-chat': { usage: { prompt_tokens: 9, prompt_tokens_details: { audio_tokens: 4 } } },
      'openai-responses': { usage: { input_tokens: 9, input_tokens_details: { audio_tokens: 4 } } },
      gemini: { usageMetadata: { promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 4 }] } },
    },
  ),
];

const priority = 'priority';

/** The service that was given. */
export const tiers: readonly AnswerFeature[] = [
  {
    name: 'Service tier',
    said: {
      'openai-chat': completion({ content: 'Rome' }, {}, { service_tier: priority }),
      'openai-responses': response([item(outputText('Rome'))], { service_tier: priority }),
      'anthropic-messages': message([{ type: 'text', text: 'Rome' }], {
        usage: { input_tokens: 9, output_tokens: 3, service_tier: priority },
      }),
      gemini: candidate([{ text: 'Rome' }], {}, { usageMetadata: { ...gemini, serviceTier: priority } }),
      bedrock: converse([{ text: 'Rome' }], { serviceTier: { type: priority } }),
    },
    heard: {
      'openai-chat': { service_tier: priority },
      'openai-responses': { service_tier: priority },
      'anthropic-messages': { usage: { service_tier: priority } },
      gemini: { usageMetadata: { serviceTier: priority } },
    },
  },
];
