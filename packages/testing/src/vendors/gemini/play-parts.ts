import type { ReplyPart } from '../../replies/compose-reply.ts';
import type { PlannedReply } from '../../replies/plan-reply.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../wire/read-json.ts';
import type { ContentAnswer } from './answer-content.ts';
import { signThought } from './sign-thought.ts';
import { splitArguments } from './split-arguments.ts';

/** One part of a candidate's content; the last one comes with the reason to stop. */
export interface PartStep {
  readonly part: JsonObject | undefined;
  readonly finish: Extract<ReplyPart, { type: 'finish' }> | undefined;
}

/** The parts of one candidate in order: thoughts, text, calls, and an empty text that ends it. */
export function* playParts(choice: PlannedReply, answer: ContentAnswer, index: number): Generator<PartStep> {
  const seed = `${answer.seed} ${index}`;
  let call: { readonly id: string; readonly name: string; text: string } | undefined;
  let calls = 0;
  let hasText = false;

  function* endCall(isLast: boolean): Generator<PartStep> {
    if (call === undefined) return;
    const { name } = call;
    // Of several calls the first one bears the signature.
    const isSigned = calls === 0 && answer.isThinking;
    const thoughtSignature = isSigned
      ? signThought(answer.place, { type: 'call', name }, `${seed} call`)
      : undefined;
    const args = readArguments(call.text);
    const scripted = choice.reply.toolCalls?.[calls]?.id;
    const own = { name, ...(scripted === undefined ? {} : { id: scripted }) };
    const pieces = answer.streamsArguments ? splitArguments(own, args) : [{ ...own, args }];
    // The empty piece that ends the last call comes with the reason to stop.
    for (const [at, functionCall] of pieces
      .slice(0, isLast && pieces.length > 1 ? -1 : undefined)
      .entries()) {
      const signature = at === 0 && thoughtSignature !== undefined ? { thoughtSignature } : {};
      yield { part: { functionCall, ...signature }, finish: undefined };
    }
    calls += 1;
    call = undefined;
  }

  for (let next = choice.parts.next(); next.done !== true; next = choice.parts.next()) {
    const piece = next.value;
    switch (piece.type) {
      case 'reasoning-delta':
        yield { part: { text: piece.text, thought: true }, finish: undefined };
        break;
      case 'text-delta':
        hasText = true;
        yield { part: { text: piece.text }, finish: undefined };
        break;
      case 'tool-call-start':
        yield* endCall(false);
        call = { id: piece.id, name: piece.name, text: '' };
        break;
      case 'tool-call-delta':
        if (call !== undefined) call.text += piece.text;
        break;
      case 'finish':
        yield* endCall(true);
        yield { part: lastPart({ hasText, hasCalls: calls > 0 }, answer, seed), finish: piece };
        break;
      default:
    }
  }
}

/** Newer models sign their text at its very end. Where nothing was said, there is no content. */
function lastPart(
  { hasText, hasCalls }: { readonly hasText: boolean; readonly hasCalls: boolean },
  { place, facts, isThinking, streamsArguments }: ContentAnswer,
  seed: string,
): JsonObject | undefined {
  if (hasCalls && streamsArguments) return { functionCall: {} };
  if (hasText && !hasCalls && facts.needsSignatures && isThinking) {
    return { text: '', thoughtSignature: signThought(place, { type: 'text' }, `${seed} text`) };
  }
  return hasText || hasCalls ? { text: '' } : undefined;
}

function readArguments(text: string): JsonObject {
  const args = parseJson(Buffer.from(text));
  return isJsonObject(args) ? args : {};
}
