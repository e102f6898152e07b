import type { ChatUsage } from '../../protocol/chat-answer.ts';
import type { MediaUsage, Usage } from '../../protocol/usage.ts';

/** What a chat is billed by. What there is none of is left out. */
export function toUsage(counted: Omit<ChatUsage, 'extra'>): Usage {
  const { input, output, cacheRead = 0, reasoning = 0, cacheWrite = 0, cacheWriteHour = 0 } = counted;
  const { inputAudio = 0, outputAudio = 0, searches = 0 } = counted;
  const usage: Usage = {
    inputTokens: input,
    outputTokens: output,
    cachedInputTokens: cacheRead,
    reasoningTokens: reasoning,
  };
  if (cacheWrite + inputAudio + outputAudio + searches === 0) return usage;
  const media: MediaUsage = {
    ...(inputAudio === 0 ? {} : { audioInputTokens: inputAudio }),
    ...(outputAudio === 0 ? {} : { audioOutputTokens: outputAudio }),
    ...(searches === 0 ? {} : { searches }),
  };
  return {
    ...usage,
    ...(cacheWrite === 0 ? {} : { cacheWriteTokens: cacheWrite }),
    ...(cacheWrite === 0 || cacheWriteHour === 0 ? {} : { cacheWriteHourTokens: cacheWriteHour }),
    ...(inputAudio + outputAudio + searches === 0 ? {} : { media }),
  };
}
