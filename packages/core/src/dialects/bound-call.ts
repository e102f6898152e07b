import type { Call } from '../protocol/call.ts';
import { type BoundFacts, boundPrompt, type PromptBound } from './bound-prompt.ts';

export type { BoundFacts } from './bound-prompt.ts';

/** Tokens that a call has at most, before anybody was asked. */
export interface CallBound {
  readonly promptTokens: number;
  /** Of all answers together. */
  readonly mostOutput: number;
  /** What the tokens of the prompt stand for. */
  readonly prompt: PromptBound;
}

/** Tokens of an answer whose length nobody says. */
const unknownOutput = 32_768;

/** The most that a call which is billed by the token can come to. */
export function boundCall(call: Call, facts: BoundFacts): CallBound {
  const prompt = boundPrompt(call, facts);
  const promptTokens = prompt.text + prompt.image + prompt.audio + prompt.video;
  return { promptTokens, mostOutput: boundOutput(call, facts), prompt };
}

/** As the caller says, else as much as the model gives at most, of every answer. */
function boundOutput(call: Call, { window, maxOutput }: BoundFacts): number {
  if (call.operation !== 'chat' && call.operation !== 'completions') return 0;
  const { tokens, answers } = call.outputWish();
  // The window holds the question, too; how much of it that takes is not known from below.
  const each = Math.min(tokens ?? maxOutput ?? window ?? unknownOutput, window ?? Number.POSITIVE_INFINITY);
  return each * answers;
}
