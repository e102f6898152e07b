import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';

/** The dialects that callers speak. */
export type FaceDialect = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini';

export interface Face {
  readonly dialect: FaceDialect;
  readonly title: string;
  readonly path: (stream: boolean) => string;
  /** The smallest request: "Hello". */
  readonly hello: JsonObject;
  /** What is said in the body of a stream. */
  readonly streaming: JsonObject;
}

const user = { role: 'user', content: 'Hello' };

export const faces: readonly Face[] = [
  {
    dialect: 'openai-chat',
    title: 'Chat Completions',
    path: () => '/v1/chat/completions',
    hello: { model: 'any', messages: [user] },
    streaming: { stream: true },
  },
  {
    dialect: 'openai-responses',
    title: 'Responses',
    path: () => '/v1/responses',
    hello: { model: 'any', input: 'Hello' },
    streaming: { stream: true },
  },
  {
    dialect: 'anthropic-messages',
    title: 'Messages',
    path: () => '/v1/messages',
    hello: { model: 'any', max_tokens: 4000, messages: [user] },
    streaming: { stream: true },
  },
  {
    dialect: 'gemini',
    title: 'Gemini',
    path: (stream) => `/v1beta/models/any:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    hello: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
    streaming: {},
  },
];
