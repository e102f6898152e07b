import type { Asking } from './asking.ts';
import { estimateInput } from './dialects/estimate-input.ts';
import type { Call } from './protocol/call.ts';

/** Tokens of an answer of usual length, where the caller says no maximum. */
const usualAnswer = 1000;

/**
 * Takes from the caller's limits what a call is thought to need, before it is sent, and what it did need when it is over. A
 * limit that is smaller than an estimate lets the first call through all the same.
 *
 * @throws GatewayError `VE_RATE_LIMITED`
 */
export async function takeTokens(
  call: Call,
  { admission, record, scope }: Pick<Asking, 'admission' | 'record' | 'scope'>,
): Promise<void> {
  if (admission === undefined) return;
  const taking = admission.takeTokens(call.model, estimateInput(call.bytes) + usualAnswer);
  if (taking === undefined) return;
  scope.atEnd(() => admission.settleTokens(record.tokens));
  await scope.outlast(() => taking);
}
