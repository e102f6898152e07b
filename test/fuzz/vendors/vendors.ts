import { bedrock } from './bedrock.ts';
import { chat } from './chat.ts';
import { gemini } from './gemini.ts';
import { messages } from './messages.ts';
import { responses } from './responses.ts';
import type { Vendor } from './vendor.ts';

export const vendors: readonly Vendor[] = [chat, responses, messages, gemini, bedrock];
