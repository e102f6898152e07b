import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';
import { PROMPT, type Question } from '../load-connection.ts';

/** The formats that callers can use. */
export type CallerDialect = Exclude<ChatDialect, 'bedrock'>;

/** A caller of one format, answered by an upstream of another. */
export interface Pair {
  readonly name: string;
  readonly label: string;
  readonly caller: CallerDialect;
  readonly upstream: ChatDialect;
}

/** What the pairs are compared with: nothing is translated. */
export const VERBATIM: Pair = {
  name: 'verbatim',
  label: 'chat, verbatim',
  caller: 'openai-chat',
  upstream: 'openai-chat',
};

export const PAIRS: readonly Pair[] = [
  {
    name: 'chat-anthropic',
    label: 'chat from Anthropic',
    caller: 'openai-chat',
    upstream: 'anthropic-messages',
  },
  { name: 'chat-gemini', label: 'chat from Gemini', caller: 'openai-chat', upstream: 'gemini' },
  { name: 'chat-bedrock', label: 'chat from Bedrock', caller: 'openai-chat', upstream: 'bedrock' },
  {
    name: 'chat-responses',
    label: 'chat from Responses',
    caller: 'openai-chat',
    upstream: 'openai-responses',
  },
  {
    name: 'anthropic-chat',
    label: 'Anthropic from chat',
    caller: 'anthropic-messages',
    upstream: 'openai-chat',
  },
  {
    name: 'responses-chat',
    label: 'Responses from chat',
    caller: 'openai-responses',
    upstream: 'openai-chat',
  },
  { name: 'gemini-chat', label: 'Gemini from chat', caller: 'gemini', upstream: 'openai-chat' },
];

/** What the gateway of the benchmark calls the model that an upstream of this format has. */
export const modelAt = (upstream: ChatDialect): string => `model-of-${upstream}`;

/** The streamed request of a caller. */
export function questionOf({ caller, upstream }: Pair): Question {
  const model = modelAt(upstream);
  const system = 'You are a helpful assistant. Answer briefly.';
  switch (caller) {
    case 'openai-chat': {
      const messages = [
        { role: 'system', content: system },
        { role: 'user', content: PROMPT },
      ];
      return ask('/v1/chat/completions', { model, stream: true, temperature: 0.2, messages });
    }
    case 'openai-responses':
      return ask('/v1/responses', {
        model,
        stream: true,
        temperature: 0.2,
        instructions: system,
        input: PROMPT,
      });
    case 'anthropic-messages':
      return ask('/v1/messages', {
        model,
        stream: true,
        temperature: 0.2,
        max_tokens: 4_096,
        system,
        messages: [{ role: 'user', content: PROMPT }],
      });
    default:
      return ask(`/v1beta/models/${model}:streamGenerateContent?alt=sse`, {
        systemInstruction: { parts: [{ text: system }] },
        contents: [{ role: 'user', parts: [{ text: PROMPT }] }],
        generationConfig: { temperature: 0.2 },
      });
  }
}

function ask(path: string, body: object): Question {
  return { path, body: JSON.stringify(body) };
}
