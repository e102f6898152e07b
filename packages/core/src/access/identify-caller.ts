import { GatewayError } from '../errors.ts';
import type { Principal } from '../protocol/principal.ts';

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
  if (typeof principal === 'object') return readPrincipal(principal);
  throw new GatewayError(
    'VE_IDENTIFY_FAILED',
    {},
    { cause: new TypeError(`identify returned a ${typeof principal}; it returns { tenant, id } or nothing`) },
  );
}

/** A copy, so that the host's object (a database row, say) does not stay in memory with the stream. */
function readPrincipal(principal: { tenant?: unknown; id?: unknown }): Principal {
  const tenant = readName('tenant', principal.tenant);
  const id = readName('id', principal.id);
  return { ...(tenant === undefined ? {} : { tenant }), ...(id === undefined ? {} : { id }) };
}

/** A string, or a number of a database. Anything else may read the same for two tenants, as `[object Object]` does. */
function readName(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return String(value);
  const cause = new TypeError(
    `identify returned a ${name} that is a ${typeof value}; it is a string or a number`,
  );
  throw new GatewayError('VE_IDENTIFY_FAILED', {}, { cause });
}
