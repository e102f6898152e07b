import { type LookupAddress, lookup as lookUp } from 'node:dns';
import { isIP } from 'node:net';
import type { buildConnector as BuildConnector } from 'undici';
import { isPublicAddress } from './is-public-address.ts';
import { buildConnector } from './undici-pool.ts';

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Where a file is said to be, and must not be. */
class PrivateAddressError extends Error {
  readonly code = 'VE_ADDRESS_PRIVATE';

  constructor(address: string) {
    super(`${address} is not an address of the public internet`);
  }
}

/**
 * Connects to addresses of the public internet only: what a name stands for is looked up once, and it is the address that was
 * looked at which is connected to, whatever the name stands for a moment later.
 */
export function guardConnection(timeout: number): BuildConnector.connector {
  const connect = buildConnector({ timeout, lookup, allowH2: false });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !isPublicAddress(host)) {
      callback(new PrivateAddressError(host), null);
      return;
    }
    connect(options, (...answer) => {
      const [error, socket] = answer;
      const reached = error === null ? socket?.remoteAddress : undefined;
      if (reached === undefined || isPublicAddress(unmapped(reached))) return callback(...answer);
      socket?.destroy();
      callback(new PrivateAddressError(reached), null);
    });
  };
}

/** `::ffff:127.0.0.1` is 127.0.0.1. */
function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/i, '');
}

function lookup(host: string, options: object, found: Found): void {
  lookUp(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return found(error, []);
    const refused = addresses.find(({ address }) => !isPublicAddress(unmapped(address)));
    // One that is private among others is a trick, not a choice.
    if (refused !== undefined) return found(new PrivateAddressError(refused.address), []);
    const [first] = addresses;
    if ('all' in options && options.all === true) found(null, addresses);
    else found(null, first?.address ?? '', first?.family);
  });
}
