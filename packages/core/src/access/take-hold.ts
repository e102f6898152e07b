import { GatewayError } from '../errors.ts';
import type { AccountStore, HoldRequest, HoldResult } from '../protocol/account.ts';
import type { MaybePromise } from './guarded-limits.ts';
import type { LeftOver } from './left-over.ts';

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
  leftOver: LeftOver,
): MaybePromise<HoldResult> {
  const { settled } = leftOver;
  // Nothing waits, and nothing was settled behind the back of the store's answer; or there is no more to be had.
  const isFinal = (result: HoldResult): boolean =>
    ('granted' in result && result.granted >= request.amount) ||
    (leftOver.settled === settled && !leftOver.isIn(shortIn(request, result)));
  if (accounts.holdNow === undefined)
    return holdOnce(request, accounts, leftOver).then((result) =>
      isFinal(result) ? result : holdMore(request, result, { accounts, leftOver }),
    );
  let result: HoldResult;
  try {
    result = accounts.holdNow(request);
  } catch (cause) {
    throw notHeld(request, leftOver, cause);
  }
  return isFinal(result) ? result : holdMore(request, result, { accounts, leftOver });
}

/** The accounts that have not enough for all of it. */
function shortIn({ amount, lines }: HoldRequest, result: HoldResult): readonly string[] {
  const granted = 'granted' in result ? result.granted : 0;
  const accounts: string[] = [];
  lines.forEach(({ account }, index) => {
    const { limit = 0, spent = 0, held = 0 } = result.states[index] ?? {};
    if (limit - spent - held + granted < amount) accounts.push(account);
  });
  return accounts;
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
  { accounts, leftOver }: { readonly accounts: Accounts; readonly leftOver: LeftOver },
): Promise<HoldResult> {
  try {
    await leftOver.flush(shortIn(request, result));
  } catch {
    return result;
  }
  if ('refusedBy' in result) return holdOnce(request, accounts, leftOver);
  try {
    return { ...result, granted: await accounts.resize(request.id, request.amount) };
  } catch {
    // What it has, it has.
    return result;
  }
}

async function holdOnce(request: HoldRequest, accounts: Accounts, leftOver: LeftOver): Promise<HoldResult> {
  try {
    return await accounts.hold(request);
  } catch (cause) {
    throw notHeld(request, leftOver, cause);
  }
}

/** It may be held all the same. */
function notHeld({ id }: HoldRequest, leftOver: LeftOver, cause: unknown): GatewayError {
  leftOver.add({ id, cost: 0 });
  return failed(cause);
}

function failed(cause: unknown): GatewayError {
  return new GatewayError('VE_STORE_FAILED', {}, { cause });
}
