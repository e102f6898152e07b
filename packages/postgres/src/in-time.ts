import { storeFailure } from '@vector-engine/core/sql';
import { LateError } from './reach.ts';

/**
 * What a promise gives within so many milliseconds.
 *
 * @throws GatewayError `VE_STORE_FAILED`
 */
export async function inTime<Value>(promise: Promise<Value>, patience: number): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new LateError(patience));
  }, patience);
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    throw storeFailure(error);
  } finally {
    clearTimeout(timer);
  }
}
