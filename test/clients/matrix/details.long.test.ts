import { aiSdkAnthropic } from './ai-sdk-anthropic.ts';
import { aiSdkOpenAI, aiSdkOpenAIChat } from './ai-sdk-openai.ts';
import { aiSdkOpenAICompatible } from './ai-sdk-openai-compatible.ts';
import { anthropicMessages } from './anthropic.ts';
import { describeDetails } from './describe-client.ts';
import { googleGenAI } from './google-genai.ts';
import { langchainChat, langchainResponses } from './langchain-openai.ts';
import { agentsChat, agentsResponses } from './openai-agents.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';

for (const client of [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  googleGenAI,
  aiSdkOpenAICompatible,
  aiSdkOpenAI,
  aiSdkOpenAIChat,
  aiSdkAnthropic,
  langchainChat,
  langchainResponses,
  agentsChat,
  agentsResponses,
])
  describeDetails(client);
