import { GatewayError } from '../errors.ts';
import type { Principal } from '../protocol/principal.ts';
import { readPrincipal } from './read-principal.ts';

/** Makes a principal of what the host says. @throws TypeError */
export type ReadPrincipal = (given: object) => Principal;

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
  read: ReadPrincipal = readPrincipal,
): Principal | Promise<Principal> {
  let given: unknown;
  try {
    given = identify(request);
    if (isPromiseLike(given)) return readLater(given, read);
  } catch (error) {
    return Promise.reject(failed(error));
  }
  try {
    return readGiven(given, read);
  } catch (error) {
    return Promise.reject(error);
  }
}

async function readLater(given: PromiseLike<unknown>, read: ReadPrincipal): Promise<Principal> {
  let principal: unknown;
  try {
    principal = await given;
  } catch (error) {
    throw failed(error);
  }
  return readGiven(principal, read);
}

function isPromiseLike(given: unknown): given is PromiseLike<unknown> {
  return typeof given === 'object' && given !== null && 'then' in given && typeof given.then === 'function';
}

function readGiven(principal: unknown, read: ReadPrincipal): Principal {
  if (principal === undefined || principal === null || principal === false)
    throw new GatewayError('VE_UNAUTHENTICATED');
  if (typeof principal !== 'object')
    throw wrong(`identify returned a ${typeof principal}; it returns { tenant, id } or nothing`);
  try {
    return read(principal);
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
