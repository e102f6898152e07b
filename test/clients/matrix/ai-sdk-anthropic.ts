import { createAnthropic } from '@ai-sdk/anthropic';
import { aiSdk } from './ai-sdk.ts';
import type { Client } from './client.ts';

export const aiSdkAnthropic: Client = aiSdk({
  name: 'ai with @ai-sdk/anthropic',
  speaks: 'anthropic-messages',
  givesThoughtsBack: true,
  showsThoughts: true,
  open: ({ origin, key }, question) =>
    createAnthropic({ baseURL: `${origin}/v1`, apiKey: question.key ?? key })(question.model),
});
