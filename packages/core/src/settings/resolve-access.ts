import { optionsError } from '../errors.ts';
import type { KeyStore } from '../protocol/virtual-key.ts';
import type { Settings } from './settings.ts';

interface Given {
  readonly identify?: Settings['identify'];
  readonly open?: true;
  readonly keys?: true | { readonly store?: KeyStore };
  readonly admin?: Settings['admin'];
  readonly secret?: string;
}

/** Who may call. @throws GatewayError `VE_OPTIONS_INVALID` */
export function resolveAccess({
  identify,
  open,
  keys,
  admin,
  secret,
}: Given): Pick<Settings, 'identify' | 'isOpen' | 'keys' | 'admin'> {
  const isOpen = open === true;
  const closed = Object.entries({ identify, keys, admin }).find(([, value]) => value !== undefined);
  if (isOpen && closed !== undefined)
    throw optionsError(`${closed[0]} and open: true contradict each other; remove one of them`);
  if (!isOpen && identify === undefined && keys === undefined)
    throw optionsError(
      'nothing says who may call: give identify, a function from your request to { tenant, id } (or nothing, for a stranger), or keys: true for virtual keys, or say open: true to serve everybody who can reach this server',
    );
  if (keys !== undefined && secret === undefined)
    throw optionsError(
      'keys: they are kept as digests that are made with the option secret; without one that stays the same, no key would be good after a restart. Give secret, 32 characters or more; openssl rand -hex 32 makes one',
    );
  return {
    identify,
    isOpen,
    keys: keys === undefined ? undefined : { store: keys === true ? undefined : keys.store },
    admin,
  };
}
