import type { RecordedRequest } from '../server/record-request.ts';
import { composeReply, type ReplyPart } from './compose-reply.ts';
import { decideReply } from './decide-reply.ts';
import type { Prompt } from './prompt.ts';
import type { AnswerScript, ScriptedReply } from './scripted-reply.ts';

/** One choice of an answer: what is said, and the same piece by piece. The pieces can be read once. */
export interface PlannedReply {
  readonly reply: ScriptedReply;
  readonly parts: Iterator<ReplyPart>;
}

interface Circumstances {
  readonly recorded: RecordedRequest;
  readonly script: AnswerScript | undefined;
  readonly choice: number;
  /**
   * `always`: the model thinks, scripted or not. `scripted`: only where the script has it. `hidden`: it thinks and shows
   * nothing. `never`: what the script has of it is left out.
   */
  readonly thinking: 'always' | 'scripted' | 'hidden' | 'never';
  /** Tokens of reasoning that nobody sees, where the script has none. */
  readonly hiddenReasoning?: number;
  readonly makeToolCallId: (index: number) => string;
}

export const usualReasoning = 'The user said something. I will repeat it.';

/** What the script says, else what the simulation says by itself, with reasoning as far as the request has it. */
export function planReply(prompt: Prompt, circumstances: Circumstances): PlannedReply {
  const { recorded, script, choice, makeToolCallId } = circumstances;
  const scripted = script?.(recorded, choice);
  const given = typeof scripted === 'string' ? { content: scripted } : scripted;
  const { reply, hiddenReasoning } = settleReasoning(
    settleBlock(given ?? decideReply(prompt, choice)),
    circumstances,
  );
  return { reply, parts: composeReply({ request: prompt, reply, hiddenReasoning, makeToolCallId }) };
}

/** To a prompt that is blocked nothing is said. */
export function settleBlock(reply: ScriptedReply): ScriptedReply {
  if (reply.blockedPrompt === undefined) return reply;
  return { ...reply, content: '', toolCalls: [], finishReason: reply.finishReason ?? 'content_filter' };
}

function settleReasoning(
  whole: ScriptedReply,
  { thinking, hiddenReasoning = 0 }: Circumstances,
): { readonly reply: ScriptedReply; readonly hiddenReasoning: number } {
  const { reasoning, ...reply } = whole;
  switch (thinking) {
    case 'always':
      return { reply: { ...reply, reasoning: reasoning ?? usualReasoning }, hiddenReasoning: 0 };
    case 'scripted':
      return { reply: whole, hiddenReasoning: 0 };
    case 'hidden':
      return {
        reply,
        hiddenReasoning: reasoning === undefined ? hiddenReasoning : Math.ceil(reasoning.length / 4),
      };
    default:
      return { reply, hiddenReasoning: 0 };
  }
}
