import { GatewayError } from '../errors.ts';
import type { Principal } from '../protocol/principal.ts';
import { findKey, type KeyPlaces } from './find-key.ts';
import { type Identify, identifyCaller } from './identify-caller.ts';
import type { KeyFinder } from './key-finder.ts';
import { PrincipalBook } from './principal-book.ts';

/** What tells who calls. */
export interface AccessRequest extends KeyPlaces {
  /** In figures; undefined where nobody knows. */
  readonly remoteAddress: string | undefined;
  /** What `identify` is given. */
  readonly hostRequest: unknown;
}

/** Whose the request is: what the pass asks of whoever lets callers in. */
export interface Entry {
  /** Everybody may call, and nobody is told apart. */
  readonly isOpen: boolean;
  /** Callers may be known by a cookie, which a page of another site can make a browser send. */
  readonly knowsCookies: boolean;
  /** It is for pages of this host only, and what it gives is kept nowhere. */
  readonly isDoor: boolean;
  /** `isForCaller`: it matters who asks for a model; else, that somebody may ask. */
  identify(
    request: AccessRequest,
    isForCaller?: boolean,
  ): Principal | undefined | Promise<Principal | undefined>;
}

export interface AccessParts {
  readonly identify: Identify<unknown> | undefined;
  /** Undefined where there are no virtual keys. */
  readonly keys: KeyFinder | undefined;
}

/** Who may call: those who show a virtual key, and those whom the host knows; or everybody. */
export class Access implements Entry {
  readonly isDoor = false;
  readonly #parts: AccessParts;
  readonly #principals = new PrincipalBook();

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  /** Everybody may call, and nobody is told apart. */
  get isOpen(): boolean {
    return this.#parts.identify === undefined && this.#parts.keys === undefined;
  }

  /** Callers may be known by a cookie, which a page of another site can make a browser send. */
  get knowsCookies(): boolean {
    return this.#parts.identify !== undefined;
  }

  /**
   * A key that is shown is the one that counts, and has to be good; who shows none is the host's to know. Undefined where the
   * gateway is open. At once, where the host knows at once.
   *
   * @throws GatewayError `VE_UNAUTHENTICATED`, `VE_FORBIDDEN`, `VE_STORE_FAILED`, `VE_IDENTIFY_FAILED`: as a rejection
   */
  identify(request: AccessRequest): Principal | undefined | Promise<Principal | undefined> {
    try {
      return this.#identify(request);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  readonly #read = (given: object): Principal => this.#principals.read(given);

  #identify(request: AccessRequest): Principal | undefined | Promise<Principal | undefined> {
    const { identify, keys } = this.#parts;
    const key = keys && findKey(request);
    if (keys !== undefined && key !== undefined) return keys.identify(key, request.remoteAddress);
    if (identify !== undefined) return identifyCaller(identify, request.hostRequest, this.#read);
    if (keys !== undefined) throw new GatewayError('VE_UNAUTHENTICATED');
    return undefined;
  }
}
