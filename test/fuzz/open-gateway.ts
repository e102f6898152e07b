import {
  createGateway,
  defineUpstream,
  type Gateway,
  type Operation,
  type Upstream,
} from '@vector-engine/core';
import type { ChatDialect } from '../../packages/core/src/protocol/content.ts';
import { type Answerer, startAnswerer } from './start-answerer.ts';

/** The formats that an upstream can speak; each is the name of the model that is served in it. */
export const dialects: readonly ChatDialect[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'bedrock',
];

/** A gateway with one upstream of each format, and no memory of what went wrong before. */
export interface OpenGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly answerers: Readonly<Record<ChatDialect, Answerer>>;
}

export async function openGateway(): Promise<OpenGateway> {
  const started = await Promise.all(
    dialects.map(async (dialect) => [dialect, await startAnswerer()] as const),
  );
  const gateway = createGateway({
    upstreams: Object.fromEntries(
      started.map(([dialect, { baseURL }]) => [dialect, upstreamOf(dialect, baseURL)]),
    ),
    models: Object.fromEntries(dialects.map((dialect) => [dialect, `${dialect}/some-model`])),
    open: true,
    retry: { rounds: 0, longestPause: 0 },
    // However many answers are broken, the next one is asked for.
    breaker: {
      failureRate: 1,
      minimumAttempts: Number.MAX_SAFE_INTEGER,
      consecutiveFailures: Number.MAX_SAFE_INTEGER,
    },
  });
  return {
    gateway,
    answerers: Object.fromEntries(started) as Record<ChatDialect, Answerer>,
    [Symbol.asyncDispose]: async () => {
      await gateway.close({ grace: 0 });
      await Promise.all(started.map(([, answerer]) => answerer[Symbol.asyncDispose]()));
    },
  };
}

function offers(dialect: ChatDialect, operation: Operation): boolean {
  switch (operation) {
    case 'chat':
      return true;
    case 'count-tokens':
      return dialect !== 'openai-chat';
    case 'stored-response':
      return dialect === 'openai-responses';
    default:
      return dialect === 'openai-chat';
  }
}

function upstreamOf(dialect: ChatDialect, baseURL: string): Upstream {
  return defineUpstream({
    vendor: dialect,
    dialect,
    baseURL,
    path: (operation, _model, { stream }) =>
      offers(dialect, operation) ? `/${operation}${stream ? '/stream' : ''}` : undefined,
  });
}
