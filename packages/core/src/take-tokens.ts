import type { Asking } from './asking.ts';
import { estimateInput } from './dialects/estimate-input.ts';
import type { Call } from './protocol/call.ts';

/** Tokens of an answer of usual length, where the caller says no maximum. */
const usualAnswer = 1000;

/**
 * Takes from the caller's limits what a call is thought to need, before it is sent, and what it did need when it is over. A
 * limit that is smaller than an estimate lets the first call through all the same. Undefined where that is done.
 *
 * @throws GatewayError `VE_RATE_LIMITED`
 */
export function takeTokens(
  call: Call,
  { admission, record, scope }: Pick<Asking, 'admission' | 'record' | 'scope'>,
): Promise<void> | undefined {
  if (admission === undefined) return undefined;
  if (scope.cancelled !== undefined) throw scope.cancelled;
  const taking = admission.takeTokens(call.model, estimateInput(call.bytes) + usualAnswer);
  scope.atEnd(() => admission.settleTokens(record.tokens));
  return taking && scope.outlast(() => taking);
}
