import { GatewayError } from '../errors.ts';
import type { Principal } from '../protocol/principal.ts';
import { readPrincipal } from './read-principal.ts';

/** The host's own knowledge of who is calling; nothing means: not known here. */
export type Identify<HostRequest> = (
  request: HostRequest,
) => Principal | null | undefined | false | Promise<Principal | null | undefined | false>;

/**
 * Asks the host who is calling, before anything of the body is read. Fails closed.
 *
 * @throws GatewayError `VE_UNAUTHENTICATED`, or `VE_IDENTIFY_FAILED` with what the host's function threw as cause.
 */
export async function identifyCaller(identify: Identify<unknown>, request: unknown): Promise<Principal> {
  let principal: unknown;
  try {
    principal = await identify(request);
  } catch (error) {
    throw new GatewayError('VE_IDENTIFY_FAILED', {}, { cause: error });
  }
  if (principal === undefined || principal === null || principal === false)
    throw new GatewayError('VE_UNAUTHENTICATED');
  if (typeof principal !== 'object')
    throw identifyFailed(`identify returned a ${typeof principal}; it returns { tenant, id } or nothing`);
  try {
    return readPrincipal(principal);
  } catch (error) {
    throw identifyFailed(
      `identify returned ${error instanceof Error ? error.message : 'what cannot be read'}`,
    );
  }
}

function identifyFailed(reason: string): GatewayError {
  return new GatewayError('VE_IDENTIFY_FAILED', {}, { cause: new TypeError(reason) });
}
