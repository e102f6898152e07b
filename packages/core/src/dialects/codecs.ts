import { anthropicMessages } from './anthropic-messages/codec.ts';
import { bedrock } from './bedrock/codec.ts';
import { gemini } from './gemini/codec.ts';
import { openaiChat } from './openai-chat/codec.ts';
import { openaiResponses } from './openai-responses/codec.ts';

/** Every dialect in both directions; any of them can be the caller's, and any the upstream's. */
export const codecs: {
  readonly 'openai-chat': typeof openaiChat;
  readonly 'openai-responses': typeof openaiResponses;
  readonly 'anthropic-messages': typeof anthropicMessages;
  readonly gemini: typeof gemini;
  readonly bedrock: typeof bedrock;
} = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  gemini,
  bedrock,
};
