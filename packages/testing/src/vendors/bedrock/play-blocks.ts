import type { ReplyPart } from '../../replies/compose-reply.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import { redactThinking, signThinking } from '../anthropic/sign-thinking.ts';
import type { ConverseAnswer } from './answer-converse.ts';

type Kind = 'reasoning' | 'redacted' | 'text' | 'tool';

/** The content in the making: what streams say of it, piece by piece. */
export type BlockStep =
  | {
      readonly type: 'start';
      readonly index: number;
      readonly kind: Kind;
      readonly start: JsonObject | undefined;
    }
  | { readonly type: 'delta'; readonly index: number; readonly delta: JsonObject }
  | { readonly type: 'stop'; readonly index: number }
  | { readonly type: 'finish'; readonly part: Extract<ReplyPart, { type: 'finish' }> };

/** The blocks of an answer one after the other: reasoning, text, calls. */
export function* playBlocks(answer: ConverseAnswer): Generator<BlockStep> {
  let open: Kind | undefined;
  let index = -1;
  let thought = '';

  function* close(): Generator<BlockStep> {
    if (open === 'reasoning' && answer.facts.isClaude) {
      const signature = signThinking(answer.omitsThinking ? '' : thought, answer.seed);
      yield { type: 'delta', index, delta: { reasoningContent: { signature } } };
    }
    if (open !== undefined) yield { type: 'stop', index };
    open = undefined;
  }

  const { parts, reply } = answer.planned;
  for (let next = parts.next(); next.done !== true; next = parts.next()) {
    const part = next.value;
    if (part.type === 'finish') {
      yield* close();
      yield { type: 'finish', part };
      continue;
    }
    const kind = kindOf(part, reply.redactedReasoning === true && answer.facts.isClaude);
    if (kind !== open || part.type === 'tool-call-start') {
      yield* close();
      index += 1;
      open = kind;
      const call = part.type === 'tool-call-start' ? { toolUseId: part.id, name: part.name } : undefined;
      yield { type: 'start', index, kind, start: call };
      if (kind === 'redacted') yield { type: 'delta', index, delta: redact(answer.seed) };
    }
    if (part.type === 'reasoning-delta') thought += part.text;
    const delta = toDelta(part, kind, answer);
    if (delta !== undefined) yield { type: 'delta', index, delta };
  }
}

function kindOf(part: Exclude<ReplyPart, { type: 'finish' }>, isRedacted: boolean): Kind {
  switch (part.type) {
    case 'reasoning-delta':
      return isRedacted ? 'redacted' : 'reasoning';
    case 'text-delta':
    case 'refusal-delta':
      return 'text';
    default:
      return 'tool';
  }
}

function redact(seed: string): JsonObject {
  return { reasoningContent: { redactedContent: Buffer.from(redactThinking(seed)).toString('base64') } };
}

function toDelta(part: ReplyPart, kind: Kind, { omitsThinking }: ConverseAnswer): JsonObject | undefined {
  switch (part.type) {
    case 'reasoning-delta':
      return kind === 'redacted' || omitsThinking ? undefined : { reasoningContent: { text: part.text } };
    case 'text-delta':
    case 'refusal-delta':
      return { text: part.text };
    case 'tool-call-delta':
      return { toolUse: { input: part.text } };
    default:
      return undefined;
  }
}
