import { GatewayError } from '@vector-engine/core/sql';

/** As the database takes a number: whole, and no larger than one that JavaScript knows exactly. */
export function whole(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Math.ceil(value), Number.MAX_SAFE_INTEGER));
}

/**
 * An amount of money, which is counted exactly.
 *
 * @throws GatewayError `VE_STORE_FAILED`
 */
export function money(amount: number): number {
  if (Number.isSafeInteger(amount)) return amount;
  throw new GatewayError('VE_STORE_FAILED', { reason: 'money is counted in whole nano-dollars, below 2^53' });
}

/**
 * The same, where less than nothing makes no sense.
 *
 * @throws GatewayError `VE_STORE_FAILED`
 */
export function noDebt(amount: number): number {
  if (amount >= 0) return money(amount);
  throw new GatewayError('VE_STORE_FAILED', { reason: 'an amount of money must not be below 0' });
}
