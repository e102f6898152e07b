import type { Identify } from '../access/identify-caller.ts';
import type { Principal } from '../protocol/principal.ts';
import type { KeyStore } from '../protocol/virtual-key.ts';

export interface KeyOptions {
  /** Where they are kept. Default: in the option `ledger`, and where that is left out, in this process's memory. */
  readonly store?: KeyStore;
}

/**
 * Who may use what is below `/admin`: true for those who may, and they may all of it. A function that throws lets nobody in.
 * Default: nobody may, and there is nothing at `/admin`.
 */
export type Admin<HostRequest> = (principal: Principal, request: HostRequest) => boolean | Promise<boolean>;

/** Who may call: those whom `identify` knows, those who have a virtual key, both, or everybody. One of them must be said. */
export type AccessOptions<HostRequest> =
  | {
      /** The host's own knowledge of who is calling. */
      readonly identify: Identify<HostRequest>;
      /** Virtual keys (`sk-ve-…`); who shows one is its owner, whomever `identify` knows. They need the option `secret`. */
      readonly keys?: true | KeyOptions;
      readonly admin?: Admin<HostRequest>;
      readonly open?: never;
    }
  | {
      readonly keys: true | KeyOptions;
      readonly admin?: Admin<HostRequest>;
      readonly identify?: never;
      readonly open?: never;
    }
  | { readonly open: true; readonly identify?: never; readonly keys?: never; readonly admin?: never };
