import type { KeyChanges, KeyDesk, KeyInfo, KeySpec, ShownKey } from '../access/key-desk.ts';
import { optionsError } from '../errors.ts';
import type { KeyListing } from '../protocol/virtual-key.ts';

/** Virtual keys. Everything rejects with `VE_OPTIONS_INVALID` where the option `keys` is not given, and with `VE_STORE_FAILED`. */
export interface GatewayKeys {
  /** Rejects with `VE_PARAMETER_INVALID` that names what is wrong. The key is in the result, and nowhere else. */
  create(spec: KeySpec): Promise<ShownKey>;
  /** In the order in which they were made. Default: the first 100. */
  list(listing?: Partial<KeyListing>): Promise<readonly KeyInfo[]>;
  /** Rejects with `VE_OBJECT_NOT_FOUND`, as all below that change a key. */
  get(id: string): Promise<KeyInfo>;
  /** `null` takes away what was said. `version`: the one that was looked at; where it is another by now, `VE_CONFLICT`. */
  update(id: string, changes: KeyChanges, options?: { readonly version?: number }): Promise<KeyInfo>;
  /** Another key in place of this one. `grace`: milliseconds for which the old one is still good. Default 0. */
  rotate(id: string, options?: { readonly grace?: number }): Promise<ShownKey>;
  disable(id: string): Promise<KeyInfo>;
  enable(id: string): Promise<KeyInfo>;
  /** Whether there was one. */
  delete(id: string): Promise<boolean>;
}

/** Who makes no keys needs none of it. */
const load = (): Promise<typeof import('./read-keys.ts')> => import('./read-keys.ts');

/** What comes from a program is checked as what comes over the wire. `now`: milliseconds since the epoch. */
export function gatewayKeys(desk: KeyDesk, now: () => number): GatewayKeys {
  return {
    create: async (spec) => desk.create((await load()).readKeySpec(spec, now())),
    list: async (listing = {}) => desk.list((await load()).readKeyListing(listing)),
    get: (id) => desk.get(id),
    update: async (id, changes, { version } = {}) =>
      desk.update(id, (await load()).readKeyChanges(changes), version),
    rotate: async (id, options = {}) => desk.rotate(id, (await load()).readRotation(options)),
    disable: (id) => desk.disable(id),
    enable: (id) => desk.enable(id),
    delete: (id) => desk.delete(id),
  };
}

const refuse = (): Promise<never> =>
  Promise.reject(optionsError('there are no virtual keys here: give the options keys: true, and secret'));

/** Where the option `keys` is not given. */
export const noKeys: GatewayKeys = {
  create: refuse,
  list: refuse,
  get: refuse,
  update: refuse,
  rotate: refuse,
  disable: refuse,
  enable: refuse,
  delete: refuse,
};
