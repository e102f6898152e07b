/** Ours on bare `node:http`, with an upstream of every format, all of them the one that is simulated. */
import { createServer } from 'node:http';
import {
  anthropic,
  bedrock,
  createGateway,
  defineUpstream,
  gemini,
  openaiCompatible,
  toNodeListener,
} from '@vector-engine/core';
import { listen } from '../listen.ts';
import { modelAt } from '../translation/pairs.ts';
import { livenessOf } from './liveness-of.ts';
import type { StartSubject } from './subject.ts';

export const start: StartSubject = async (upstreamPort) => {
  const shared = {
    baseURL: `http://127.0.0.1:${upstreamPort}/v1`,
    // As long as a vendor's, so that it is looked for in answers.
    apiKey: `sk-${'0123456789abcdef'.repeat(3)}`,
  };
  const upstreams = {
    chat: openaiCompatible(shared),
    responses: defineUpstream({
      ...shared,
      vendor: 'responses',
      dialect: 'openai-responses',
      path: () => '/responses',
    }),
    claude: anthropic(shared),
    google: gemini(shared),
    amazon: bedrock({ ...shared, region: 'eu-central-1' }),
  };
  const gateway = createGateway({
    open: true,
    upstreams,
    models: {
      [modelAt('openai-chat')]: 'chat/bench-model-upstream',
      [modelAt('openai-responses')]: 'responses/bench-model-upstream',
      [modelAt('anthropic-messages')]: 'claude/bench-model-upstream',
      [modelAt('gemini')]: 'google/bench-model-upstream',
      [modelAt('bedrock')]: 'amazon/bench-model-upstream',
    },
  });
  return { port: await listen(createServer(toNodeListener(gateway))), live: livenessOf(gateway) };
};
