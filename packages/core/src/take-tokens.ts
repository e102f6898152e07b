import type { Asking } from './asking.ts';
import { estimateInput } from './dialects/estimate-input.ts';
import type { Call, Operation } from './protocol/call.ts';

/** Tokens of an answer of usual length, unless the caller wants a shorter one. */
const usualAnswer = 1000;
/** What writes nothing, or what nobody knows of beforehand: it is let through where anything is left. */
const silent: ReadonlySet<Operation> = new Set([
  'count-tokens',
  'embeddings',
  'moderations',
  'native',
  'rerank',
]);

/**
 * Takes from the caller's limits what a call is thought to need, before it is sent; what it did need is settled when the caller's
 * admission ends. A limit that is smaller than an estimate lets the first call through all the same. Undefined where that is done.
 *
 * @throws GatewayError `VE_RATE_LIMITED`
 */
export function takeTokens(
  call: Call,
  { admission, scope }: Pick<Asking, 'admission' | 'scope'>,
): Promise<void> | undefined {
  if (admission === undefined) return undefined;
  if (scope.cancelled !== undefined) throw scope.cancelled;
  const taking = admission.takeTokens(
    call.model,
    Math.max(1, estimateInput(call.bytes) + estimateAnswer(call)),
  );
  return taking && scope.outlast(() => taking);
}

function estimateAnswer(call: Call): number {
  if (call.operation !== 'chat' && call.operation !== 'completions')
    return silent.has(call.operation) ? 0 : usualAnswer;
  const { tokens = usualAnswer, answers } = call.outputWish();
  return Math.min(usualAnswer, tokens) * answers;
}
