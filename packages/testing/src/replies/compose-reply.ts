import { countTokens, splitTokens } from './count-tokens.ts';
import type { ChatRequest } from './read-chat-request.ts';
import type { ScriptedReply, ScriptedToolCall } from './scripted-reply.ts';

/** One choice of an answer, piece by piece, before any vendor's wire format. */
export type ReplyPart =
  | { readonly type: 'reasoning-delta'; readonly text: string }
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'refusal-delta'; readonly text: string }
  | { readonly type: 'tool-call-start'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly type: 'tool-call-delta'; readonly index: number; readonly text: string }
  | { readonly type: 'finish'; readonly reason: string; readonly tokens: SpentTokens };

/** `completion` includes `reasoning`, as OpenAI counts. */
export interface SpentTokens {
  readonly completion: number;
  readonly reasoning: number;
}

export interface Composition {
  readonly request: Pick<ChatRequest, 'maxTokens' | 'stop'>;
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
      yield finish('length', Math.min(limit, spent), reasoningTokens);
      return;
    }
    spent += cost;
    yield part;
  }
  const hasCalls = (reply.toolCalls ?? []).length > 0;
  yield finish(reply.finishReason ?? (hasCalls ? 'tool_calls' : 'stop'), spent, reasoningTokens);
}

function finish(reason: string, completion: number, reasoning: number): ReplyPart {
  return { type: 'finish', reason, tokens: { completion, reasoning } };
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
  const ends = stop.map((sequence) => text.indexOf(sequence)).filter((index) => index >= 0);
  return text.slice(0, Math.min(text.length, ...ends));
}
