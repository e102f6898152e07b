import { createOpenAI } from '@ai-sdk/openai';
import type { LanguageModel } from 'ai';
import { aiSdk } from './ai-sdk.ts';
import type { Client, Question } from './client.ts';
import type { Host } from './stand.ts';

const providerOptions = { openai: { forceReasoning: true, reasoningSummary: 'auto' } };

function openResponses(
  { origin, key }: Host,
  question: Partial<Question> & { readonly model: string },
): LanguageModel {
  return createOpenAI({ baseURL: `${origin}/v1`, apiKey: question.key ?? key })(question.model);
}

export const aiSdkOpenAI: Client = aiSdk({
  name: 'ai with @ai-sdk/openai',
  providerOptions,
  speaks: 'openai-responses',
  givesThoughtsBack: true,
  showsThoughts: true,
  open: openResponses,
});

/** Nothing is kept at the server: what it thought travels with the conversation, encrypted. */
export const aiSdkOpenAIUnstored: Client = aiSdk({
  name: 'ai with @ai-sdk/openai, nothing stored',
  providerOptions: { openai: { ...providerOptions.openai, store: false } },
  speaks: 'openai-responses',
  givesThoughtsBack: true,
  showsThoughts: true,
  open: openResponses,
});

export const aiSdkOpenAIChat: Client = aiSdk({
  name: 'ai with @ai-sdk/openai, Chat Completions',
  providerOptions: { openai: { forceReasoning: true } },
  speaks: 'openai-chat',
  givesThoughtsBack: false,
  showsThoughts: false,
  open: ({ origin, key }, question) =>
    createOpenAI({ baseURL: `${origin}/v1`, apiKey: question.key ?? key }).chat(question.model),
});
