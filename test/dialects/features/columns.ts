import { anthropic, bedrock, defineUpstream, gemini, type Upstream } from '@vector-engine/core';
import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';
import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';

/** An upstream of each dialect. */
export interface Column {
  readonly dialect: ChatDialect;
  readonly title: string;
  readonly model: string;
  readonly make: (origin: string) => Upstream;
  /** A whole answer: "Hi". */
  readonly answer: JsonObject;
}

const apiKey = 'sk-of-the-operator';
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

/** The models are those that take the most of what their vendors offer. */
export const columns: readonly Column[] = [
  {
    dialect: 'openai-chat',
    title: 'Chat Completions',
    model: 'gpt-5.2',
    // As wide as the format is: what a vendor refuses of it differs.
    make: (origin) => defineUpstream({ vendor: 'chat', dialect: 'openai-chat', baseURL: `${origin}/v1` }),
    answer: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-5.2',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      usage,
    },
  },
  {
    dialect: 'openai-responses',
    title: 'Responses',
    model: 'gpt-5.2',
    make: (origin) =>
      defineUpstream({ vendor: 'responses', dialect: 'openai-responses', baseURL: `${origin}/v1` }),
    answer: {
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      status: 'completed',
      model: 'gpt-5.2',
      output: [
        {
          type: 'message',
          id: 'msg_1',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
        },
      ],
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    },
  },
  {
    dialect: 'anthropic-messages',
    title: 'Messages',
    model: 'claude-opus-4-6',
    make: (origin) => anthropic({ apiKey, baseURL: `${origin}/v1` }),
    answer: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-4-6',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  },
  {
    dialect: 'gemini',
    title: 'Gemini',
    model: 'gemini-3.0-pro',
    make: (origin) => gemini({ apiKey, baseURL: `${origin}/v1beta` }),
    answer: {
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
    },
  },
  {
    dialect: 'bedrock',
    title: 'Bedrock',
    model: 'us.anthropic.claude-opus-4-6',
    make: (origin) => bedrock({ apiKey, region: 'us-east-1', baseURL: origin }),
    answer: {
      output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    },
  },
];
