import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { aiSdk } from './ai-sdk.ts';
import type { Client } from './client.ts';

export const aiSdkOpenAICompatible: Client = aiSdk({
  name: 'ai with @ai-sdk/openai-compatible',
  speaks: 'openai-chat',
  givesThoughtsBack: true,
  showsThoughts: true,
  open: ({ origin, key }, question) =>
    createOpenAICompatible({
      name: 'vector',
      baseURL: `${origin}/v1`,
      apiKey: question.key ?? key,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(question.model),
});
