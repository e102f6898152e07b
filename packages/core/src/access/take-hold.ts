import { GatewayError } from '../errors.ts';
import type { AccountStore, HoldRequest, HoldResult } from '../protocol/account.ts';
import type { MaybePromise } from './guarded-limits.ts';
import type { SettleQueue } from './settle-queue.ts';

type Accounts = Pick<AccountStore, 'hold' | 'holdNow' | 'resize'>;

/**
 * Holds, at once where the store can. What others of this process have left over is there at once, too, and not only when it
 * is settled with the next.
 *
 * @throws GatewayError `VE_STORE_FAILED`
 */
export function takeHold(
  request: HoldRequest,
  accounts: Accounts,
  queue: SettleQueue,
): MaybePromise<HoldResult> {
  const { settled } = queue;
  // Nothing waits, and nothing was settled behind the back of the store's answer; or there is no more to be had.
  const isFinal = (result: HoldResult): boolean =>
    ('granted' in result && result.granted >= request.amount) ||
    (queue.size === 0 && queue.settled === settled);
  if (accounts.holdNow === undefined)
    return holdOnce(request, accounts, queue).then((result) =>
      isFinal(result) ? result : holdMore(request, result, { accounts, queue }),
    );
  let result: HoldResult;
  try {
    result = accounts.holdNow(request);
  } catch (cause) {
    throw notHeld(request, queue, cause);
  }
  return isFinal(result) ? result : holdMore(request, result, { accounts, queue });
}

/** @throws GatewayError `VE_STORE_FAILED` for whatever the store rejects with */
export async function asking<Result>(asked: Promise<Result> | Result): Promise<Result> {
  try {
    return await asked;
  } catch (cause) {
    throw failed(cause);
  }
}

async function holdMore(
  request: HoldRequest,
  result: HoldResult,
  { accounts, queue }: { readonly accounts: Accounts; readonly queue: SettleQueue },
): Promise<HoldResult> {
  try {
    await queue.flush();
  } catch {
    return result;
  }
  if ('refusedBy' in result) return holdOnce(request, accounts, queue);
  return { ...result, granted: await asking(accounts.resize(request.id, request.amount)) };
}

async function holdOnce(request: HoldRequest, accounts: Accounts, queue: SettleQueue): Promise<HoldResult> {
  try {
    return await accounts.hold(request);
  } catch (cause) {
    throw notHeld(request, queue, cause);
  }
}

/** It may be held all the same. */
function notHeld({ id }: HoldRequest, queue: SettleQueue, cause: unknown): GatewayError {
  queue.add({ id, cost: 0 });
  return failed(cause);
}

function failed(cause: unknown): GatewayError {
  return new GatewayError('VE_STORE_FAILED', {}, { cause });
}
