import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';
import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { objectOf, wordOf } from '../read.ts';
import { hearChat, hearWholeChat } from './hear-chat.ts';
import { hearGemini, hearGeminiArray, hearWholeGemini, isGeminiError } from './hear-gemini.ts';
import { hearMessages, hearWholeMessages, isMessagesError } from './hear-messages.ts';
import { hearResponses, hearWholeResponse } from './hear-responses.ts';
import type { Heard } from './heard.ts';

/** One way to call the gateway, and to understand what it says. */
export interface Face {
  readonly name: string;
  readonly dialect: ChatDialect;
  ask(model: string, isStream: boolean): { readonly path: string; readonly body: object };
  hear(body: string): Heard;
  hearWhole(body: JsonObject): Heard;
  /** Whether the body of an answer that is an error has the form of one. */
  isError(body: JsonObject): boolean;
}

const prompt = 'Say something.';

function isOpenAIError({ error }: JsonObject): boolean {
  const fields = objectOf(error) ?? {};
  return wordOf(fields['message']) !== undefined && wordOf(fields['type']) !== undefined && 'code' in fields;
}

const chat: Face = {
  name: 'chat',
  dialect: 'openai-chat',
  ask: (model, stream) => ({
    path: '/v1/chat/completions',
    body: {
      model,
      stream,
      ...(stream ? { stream_options: { include_usage: true } } : {}),
      messages: [{ role: 'user', content: prompt }],
    },
  }),
  hear: hearChat,
  hearWhole: hearWholeChat,
  isError: isOpenAIError,
};

const responses: Face = {
  name: 'responses',
  dialect: 'openai-responses',
  ask: (model, stream) => ({ path: '/v1/responses', body: { model, stream, input: prompt } }),
  hear: hearResponses,
  hearWhole: hearWholeResponse,
  isError: isOpenAIError,
};

const messages: Face = {
  name: 'messages',
  dialect: 'anthropic-messages',
  ask: (model, stream) => ({
    path: '/v1/messages',
    body: { model, stream, max_tokens: 100, messages: [{ role: 'user', content: prompt }] },
  }),
  hear: hearMessages,
  hearWhole: hearWholeMessages,
  isError: isMessagesError,
};

const contents = [{ role: 'user', parts: [{ text: prompt }] }];

const gemini: Face = {
  name: 'gemini',
  dialect: 'gemini',
  ask: (model, stream) => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: { contents },
  }),
  hear: hearGemini,
  hearWhole: hearWholeGemini,
  isError: isGeminiError,
};

const geminiArray: Face = {
  ...gemini,
  name: 'gemini, as an array',
  ask: (model) => ({ path: `/v1beta/models/${model}:streamGenerateContent`, body: { contents } }),
  hear: hearGeminiArray,
};

export const faces: readonly Face[] = [chat, responses, messages, gemini, geminiArray];
