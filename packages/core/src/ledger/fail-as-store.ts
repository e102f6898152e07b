import { GatewayError } from '../errors.ts';

/** What a store does; where it cannot, `VE_STORE_FAILED`. What the caller has got wrong stays what it is. */
export async function failAsStore<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw storeFailure(error);
  }
}

export function storeFailure(cause: unknown): GatewayError {
  return GatewayError.isInstance(cause) ? cause : new GatewayError('VE_STORE_FAILED', {}, { cause });
}
