import { GatewayError } from '../errors.ts';
import type { Principal } from '../protocol/principal.ts';
import { readPrincipal } from './read-principal.ts';

/** The host's own knowledge of who is calling; nothing means: not known here. */
export type Identify<HostRequest> = (
  request: HostRequest,
) => Principal | null | undefined | false | Promise<Principal | null | undefined | false>;

/**
 * Asks the host who is calling, before anything of the body is read. Fails closed. At once, where the host knows at once.
 *
 * @throws GatewayError `VE_UNAUTHENTICATED`, or `VE_IDENTIFY_FAILED` with what the host's function threw as cause: in any
 *   case as a rejection
 */
export function identifyCaller(
  identify: Identify<unknown>,
  request: unknown,
): Principal | Promise<Principal> {
  let given: unknown;
  try {
    given = identify(request);
    if (isPromiseLike(given)) return readLater(given);
  } catch (error) {
    return Promise.reject(failed(error));
  }
  try {
    return readGiven(given);
  } catch (error) {
    return Promise.reject(error);
  }
}

async function readLater(given: PromiseLike<unknown>): Promise<Principal> {
  let principal: unknown;
  try {
    principal = await given;
  } catch (error) {
    throw failed(error);
  }
  return readGiven(principal);
}

function isPromiseLike(given: unknown): given is PromiseLike<unknown> {
  return typeof given === 'object' && given !== null && 'then' in given && typeof given.then === 'function';
}

function readGiven(principal: unknown): Principal {
  if (principal === undefined || principal === null || principal === false)
    throw new GatewayError('VE_UNAUTHENTICATED');
  if (typeof principal !== 'object')
    throw wrong(`identify returned a ${typeof principal}; it returns { tenant, id } or nothing`);
  try {
    return readPrincipal(principal);
  } catch (error) {
    throw wrong(`identify returned ${error instanceof Error ? error.message : 'what cannot be read'}`);
  }
}

function wrong(reason: string): GatewayError {
  return failed(new TypeError(reason));
}

function failed(cause: unknown): GatewayError {
  return new GatewayError('VE_IDENTIFY_FAILED', {}, { cause });
}
