import type { ReplyPart } from '../../replies/compose-reply.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import type { MessageAnswer } from './answer-message.ts';
import { redactThinking, signThinking } from './sign-thinking.ts';

/** A message's content in the making. */
export type BlockStep =
  | { readonly type: 'start'; readonly block: JsonObject }
  | { readonly type: 'delta'; readonly delta: JsonObject }
  | { readonly type: 'stop' }
  | { readonly type: 'finish'; readonly part: Extract<ReplyPart, { type: 'finish' }> };

type Kind = 'thinking' | 'redacted' | 'text' | 'tool';

/** The blocks of an answer one after the other: thinking first, then text, then calls. */
export function* playBlocks(answer: MessageAnswer): Generator<BlockStep> {
  let open: Kind | undefined;
  let thought = '';
  function* close(): Generator<BlockStep> {
    if (open === 'thinking') {
      const signature = signThinking(answer.omitsThinking ? '' : thought, answer.seed);
      yield { type: 'delta', delta: { type: 'signature_delta', signature } };
    }
    if (open !== undefined) yield { type: 'stop' };
    open = undefined;
  }

  for (let next = answer.parts.next(); next.done !== true; next = answer.parts.next()) {
    const part = next.value;
    const kind = kindOf(part, answer);
    if (kind !== open || part.type === 'tool-call-start') {
      yield* close();
      if (kind !== undefined) yield { type: 'start', block: startBlock(part, kind, answer) };
      open = kind;
    }
    if (part.type === 'finish') yield { type: 'finish', part };
    if (kind === 'thinking' && part.type === 'reasoning-delta') {
      thought += part.text;
      if (!answer.omitsThinking)
        yield { type: 'delta', delta: { type: 'thinking_delta', thinking: part.text } };
    }
    if (part.type === 'text-delta') yield { type: 'delta', delta: { type: 'text_delta', text: part.text } };
    // The first piece of a call's input is always empty, and the only one where the input is.
    if (part.type === 'tool-call-start') yield inputDelta('');
    if (part.type === 'tool-call-delta' && !isWithoutInput(part.index, answer)) yield inputDelta(part.text);
  }
}

/** A refusal is told beside the content. */
function kindOf(part: ReplyPart, { reply }: MessageAnswer): Kind | undefined {
  switch (part.type) {
    case 'reasoning-delta':
      return reply.redactedReasoning === true ? 'redacted' : 'thinking';
    case 'text-delta':
      return 'text';
    case 'tool-call-start':
    case 'tool-call-delta':
      return 'tool';
    default:
      return undefined;
  }
}

function startBlock(part: ReplyPart, kind: Kind, { seed }: MessageAnswer): JsonObject {
  if (kind === 'redacted') return { type: 'redacted_thinking', data: redactThinking(seed) };
  if (kind === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  if (part.type !== 'tool-call-start') return { type: 'text', text: '' };
  return { type: 'tool_use', id: part.id, name: part.name, input: {}, caller: { type: 'direct' } };
}

function inputDelta(text: string): BlockStep {
  return { type: 'delta', delta: { type: 'input_json_delta', partial_json: text } };
}

function isWithoutInput(index: number, { reply }: MessageAnswer): boolean {
  const given = reply.toolCalls?.[index]?.arguments ?? {};
  return (typeof given === 'string' ? given : JSON.stringify(given)) === '{}';
}
