import type { ChatUsage } from '../protocol/chat-answer.ts';

const parts = [
  'cacheRead',
  'cacheWrite',
  'cacheWriteHour',
  'inputAudio',
  'inputTool',
  'reasoning',
  'outputAudio',
  'searches',
] as const satisfies readonly (keyof ChatUsage)[];

/** What two attempts used together; fields of one provider's own stand for one of them only, and are left out. */
export function addChatUsage(before: ChatUsage | undefined, now: ChatUsage): ChatUsage {
  if (before === undefined) return now;
  const told = parts.filter((name) => before[name] !== undefined || now[name] !== undefined);
  return {
    input: before.input + now.input,
    output: before.output + now.output,
    ...Object.fromEntries(told.map((name) => [name, (before[name] ?? 0) + (now[name] ?? 0)])),
  };
}
