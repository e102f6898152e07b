import { type Pattern, says } from '../fits.ts';
import { type Feature, never, ofUser } from './feature.ts';

function settings<Fields>(generationConfig: Fields): { readonly generationConfig: Fields } {
  return { generationConfig };
}

const inference = (pattern: Pattern): Pattern => ({ inferenceConfig: pattern });
const mark = { type: 'ephemeral' };
const long = 'A long beginning that many questions have';

export const service: readonly Feature[] = [
  {
    name: 'Temperature',
    said: {
      'openai-chat': { temperature: 0.5 },
      'openai-responses': { temperature: 0.5 },
      'anthropic-messages': { temperature: 0.5 },
      gemini: settings({ temperature: 0.5 }),
    },
    heard: {
      'openai-chat': { temperature: 0.5 },
      'openai-responses': { temperature: 0.5 },
      'anthropic-messages': { temperature: 0.5 },
      gemini: settings({ temperature: 0.5 }),
      bedrock: inference({ temperature: 0.5 }),
    },
    told: never,
  },
  {
    name: '`top_p`',
    said: {
      'openai-chat': { top_p: 0.9 },
      'openai-responses': { top_p: 0.9 },
      'anthropic-messages': { top_p: 0.9 },
      gemini: settings({ topP: 0.9 }),
    },
    heard: {
      'openai-chat': { top_p: 0.9 },
      'openai-responses': { top_p: 0.9 },
      'anthropic-messages': { top_p: 0.9 },
      gemini: settings({ topP: 0.9 }),
      bedrock: inference({ topP: 0.9 }),
    },
    told: never,
  },
  {
    name: '`top_k`',
    said: {
      'openai-chat': { top_k: 20 },
      'anthropic-messages': { top_k: 20 },
      gemini: settings({ topK: 20 }),
    },
    heard: {
      'openai-chat': { top_k: 20 },
      'anthropic-messages': { top_k: 20 },
      gemini: settings({ topK: 20 }),
      bedrock: { additionalModelRequestFields: { top_k: 20 } },
    },
    told: /^(top_k|generationConfig\.topK)$/,
  },
  {
    name: 'Penalties',
    said: {
      'openai-chat': { frequency_penalty: 0.5, presence_penalty: 0.4 },
      gemini: settings({ frequencyPenalty: 0.5, presencePenalty: 0.4 }),
    },
    heard: {
      'openai-chat': { frequency_penalty: 0.5, presence_penalty: 0.4 },
      gemini: settings({ frequencyPenalty: 0.5, presencePenalty: 0.4 }),
    },
    told: /^(frequency_penalty|presence_penalty|generationConfig\.(frequency|presence)Penalty)$/,
  },
  {
    name: 'Seed',
    said: { 'openai-chat': { seed: 7 }, gemini: settings({ seed: 7 }) },
    heard: { 'openai-chat': { seed: 7 }, gemini: settings({ seed: 7 }) },
    told: /^(seed|generationConfig\.seed)$/,
  },
  {
    name: '`logit_bias`',
    said: { 'openai-chat': { logit_bias: { 50256: -100 } } },
    heard: { 'openai-chat': { logit_bias: { 50256: -100 } } },
    told: /^logit_bias$/,
  },
  {
    name: 'Service tier',
    said: {
      'openai-chat': { service_tier: 'priority' },
      'openai-responses': { service_tier: 'priority' },
      'anthropic-messages': { service_tier: 'standard_only' },
      gemini: { serviceTier: 'priority' },
    },
    heard: {
      'openai-chat': { service_tier: /^(priority|default)$/ },
      'openai-responses': { service_tier: /^(priority|default)$/ },
      'anthropic-messages': { service_tier: /^(auto|standard_only)$/ },
      gemini: { serviceTier: /^(priority|standard)$/ },
      bedrock: { serviceTier: { type: /^(priority|default)$/ } },
    },
    told: never,
  },
  {
    name: 'Metadata',
    said: {
      'openai-chat': { metadata: { team: 'a' } },
      'openai-responses': { metadata: { team: 'a' } },
      gemini: { labels: { team: 'a' } },
    },
    heard: {
      'openai-chat': { metadata: { team: 'a' } },
      'openai-responses': { metadata: { team: 'a' } },
      bedrock: { requestMetadata: { team: 'a' } },
    },
    told: /^(metadata|labels)$/,
  },
  {
    name: 'Who asks',
    said: {
      'openai-chat': { safety_identifier: 'user-1' },
      'openai-responses': { safety_identifier: 'user-1' },
      'anthropic-messages': { metadata: { user_id: 'user-1' } },
    },
    heard: {
      'openai-chat': says(/"(user|safety_identifier)":"user-1"/),
      'openai-responses': { safety_identifier: 'user-1' },
      'anthropic-messages': { metadata: { user_id: 'user-1' } },
    },
    told: /^(user|safety_identifier|metadata\.user_id)$/,
  },
  {
    name: 'Marks of what the prompt cache is to hold',
    said: {
      'openai-chat': ofUser.chat({ type: 'text', text: long, cache_control: mark }),
      'openai-responses': ofUser.responses({
        type: 'input_text',
        text: long,
        prompt_cache_breakpoint: { mode: 'explicit' },
      }),
      'anthropic-messages': ofUser.messages({ type: 'text', text: long, cache_control: mark }),
    },
    heard: {
      'openai-chat': ofUser.chat({ type: 'text', text: long, cache_control: mark }),
      'anthropic-messages': ofUser.messages({ type: 'text', text: long, cache_control: mark }),
      bedrock: { messages: [{ content: [{ text: long }, { cachePoint: { type: 'default' } }] }] },
    },
    told: /\.(cache_control|prompt_cache_breakpoint)$/,
  },
  {
    name: 'Keys of the prompt cache',
    said: { 'openai-chat': { prompt_cache_key: 'key' }, 'openai-responses': { prompt_cache_key: 'key' } },
    heard: { 'openai-chat': { prompt_cache_key: 'key' }, 'openai-responses': { prompt_cache_key: 'key' } },
    told: /^prompt_cache_key$/,
  },
  {
    name: 'How long the prompt cache holds',
    said: {
      'openai-chat': { prompt_cache_retention: '24h' },
      'openai-responses': { prompt_cache_retention: '24h' },
      'anthropic-messages': ofUser.messages({
        type: 'text',
        text: long,
        cache_control: { ...mark, ttl: '1h' },
      }),
    },
    heard: {
      'openai-chat': ofUser.chat({ cache_control: { ttl: '1h' } }),
      bedrock: { messages: [{ content: [{ cachePoint: { type: 'default', ttl: '1h' } }] }] },
    },
    told: /^prompt_cache_retention$|\.cache_control$/,
  },
  {
    name: 'Answers that the provider stores',
    said: { 'openai-chat': { store: true } },
    heard: { 'openai-chat': { store: true }, 'openai-responses': { store: true } },
    told: /^store$/,
  },
  {
    name: 'Usage at the end of a stream',
    said: { 'openai-chat': { stream: true, stream_options: { include_usage: true } } },
    heard: {
      'openai-chat': { stream: true, stream_options: { include_usage: true } },
      // These tell it anyway.
      'openai-responses': { stream: true },
      'anthropic-messages': { stream: true },
      gemini: {},
      bedrock: {},
    },
    told: never,
  },
  {
    name: 'Safety settings',
    said: {
      'openai-chat': { moderation: { model: 'omni-moderation-latest' } },
      'openai-responses': { moderation: { model: 'omni-moderation-latest' } },
      gemini: { safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }] },
    },
    heard: {},
    told: /^(moderation|safetySettings)$/,
  },
  {
    name: 'Caches that the provider keeps, by name',
    said: { gemini: { cachedContent: 'cachedContents/1' } },
    heard: {},
    told: /^cachedContent$/,
  },
  {
    name: 'Conversations and prompts that the provider keeps',
    said: { 'openai-responses': { conversation: 'conv_1' } },
    heard: {},
    told: /^conversation$/,
  },
  {
    name: 'Management of a long context',
    said: {
      'openai-responses': { truncation: 'auto' },
      'anthropic-messages': { context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } },
    },
    heard: {},
    told: /^(truncation|context_management)$/,
  },
  {
    name: 'Containers and MCP servers',
    said: {
      'openai-responses': {
        tools: [{ type: 'mcp', server_label: 'docs', server_url: 'https://example.com/mcp' }],
      },
      'anthropic-messages': { mcp_servers: [{ type: 'url', name: 'docs', url: 'https://example.com/mcp' }] },
    },
    heard: {},
    told: /^(tools\.mcp|mcp_servers)$/,
  },
];
