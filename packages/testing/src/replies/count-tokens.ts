import type { Prompt } from './prompt.ts';

/** Up to eight letters or digits, or one other character, each with the white space before it. */
const token = /\s*(?:[\p{L}\p{N}]{1,8}|[^\s\p{L}\p{N}])|\s+/gu;

/** Cuts text into what this simulation calls tokens; joined, they are the text again. */
export function splitTokens(text: string): string[] {
  return text.match(token) ?? [];
}

export function countTokens(text: string): number {
  return splitTokens(text).length;
}

/** Tokens around each message and before the answer, as OpenAI's cookbook counts them. */
const tokensPerMessage = 3;
const tokensBeforeAnswer = 3;

export function countPromptTokens(request: Pick<Prompt, 'messages' | 'tools'>): number {
  const messages = request.messages.map((message) => tokensPerMessage + countTokens(message.text));
  const tools = request.tools.map((tool) =>
    countTokens(tool.name + (tool.parameters === undefined ? '' : JSON.stringify(tool.parameters))),
  );
  return [...messages, ...tools].reduce((sum, count) => sum + count, tokensBeforeAnswer);
}

/**
 * OpenAI caches prompts of 1,024 tokens and more, in steps of 128. To stay a function of the request alone, every such
 * prompt counts as seen before.
 */
export function countCachedTokens(promptTokens: number): number {
  return promptTokens < 1024 ? 0 : Math.floor((promptTokens - 1) / 128) * 128;
}
