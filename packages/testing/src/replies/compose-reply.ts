import { countTokens, splitTokens } from './count-tokens.ts';
import type { Prompt } from './prompt.ts';
import type { ScriptedReply, ScriptedToolCall } from './scripted-reply.ts';

/** One choice of an answer, piece by piece, before any vendor's wire format. */
export type ReplyPart =
  | { readonly type: 'reasoning-delta'; readonly text: string }
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'refusal-delta'; readonly text: string }
  | { readonly type: 'tool-call-start'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly type: 'tool-call-delta'; readonly index: number; readonly text: string }
  | FinishPart;

interface FinishPart {
  readonly type: 'finish';
  readonly reason: string;
  /** Which of the caller's stop sequences ended the text. */
  readonly stopSequence: string | undefined;
  readonly tokens: SpentTokens;
}

/** `completion` includes `reasoning`, as OpenAI counts. */
export interface SpentTokens {
  readonly completion: number;
  readonly reasoning: number;
}

export interface Composition {
  readonly request: Pick<Prompt, 'maxTokens' | 'stop'>;
  readonly reply: ScriptedReply;
  /** The id of the tool call at this index. */
  readonly makeToolCallId: (index: number) => string;
  /** Tokens of reasoning that nobody sees. */
  readonly hiddenReasoning: number;
}

/** Plays a reply until its end or the caller's token limit. */
export function* composeReply(composition: Composition): Generator<ReplyPart> {
  const { request, reply, hiddenReasoning } = composition;
  const limit = request.maxTokens ?? Number.POSITIVE_INFINITY;
  const reasoning = splitTokens(reply.reasoning ?? '');
  const reasoningTokens = Math.min(limit, reasoning.length + hiddenReasoning);
  let spent = reasoningTokens;

  for (const text of reasoning.slice(0, reasoningTokens)) yield { type: 'reasoning-delta', text };
  for (const part of visibleParts(composition)) {
    const cost = part.type === 'tool-call-start' ? countTokens(part.name) : countTokens(part.text);
    if (spent + cost > limit) {
      const tokens = { completion: Math.min(limit, spent), reasoning: reasoningTokens };
      yield { type: 'finish', reason: 'length', stopSequence: undefined, tokens };
      return;
    }
    spent += cost;
    yield part;
  }
  const hasCalls = (reply.toolCalls ?? []).length > 0;
  const { content = '' } = reply;
  yield {
    type: 'finish',
    reason: reply.finishReason ?? (hasCalls ? 'tool_calls' : 'stop'),
    stopSequence: typeof content === 'string' ? findStop(content, request.stop) : undefined,
    tokens: { completion: spent, reasoning: reasoningTokens },
  };
}

type VisiblePart = Exclude<ReplyPart, { type: 'finish' | 'reasoning-delta' }>;

function* visibleParts({ reply, request, makeToolCallId }: Composition): Generator<VisiblePart> {
  for (const text of splitTokens(reply.refusal ?? '')) yield { type: 'refusal-delta', text };
  const { content = '' } = reply;
  const pieces = typeof content === 'string' ? splitTokens(endAtStop(content, request.stop)) : content;
  for (const text of pieces) yield { type: 'text-delta', text };
  for (const [index, call] of (reply.toolCalls ?? []).entries()) {
    yield { type: 'tool-call-start', index, id: call.id ?? makeToolCallId(index), name: call.name };
    for (const text of splitTokens(argumentsText(call))) yield { type: 'tool-call-delta', index, text };
  }
}

function argumentsText(call: ScriptedToolCall): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments ?? {});
}

/** The text before the first of the stop sequences. */
function endAtStop(text: string, stop: readonly string[]): string {
  const sequence = findStop(text, stop);
  return sequence === undefined ? text : text.slice(0, text.indexOf(sequence));
}

/** The one of the stop sequences that comes first in the text. */
function findStop(text: string, stop: readonly string[]): string | undefined {
  const found = stop.filter((sequence) => sequence !== '' && text.includes(sequence));
  return found.toSorted((one, other) => text.indexOf(one) - text.indexOf(other))[0];
}
