import { GatewayError } from '../errors.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Principal } from '../protocol/principal.ts';
import type { AccessRequest, Entry } from './access.ts';
import { type Identify, identifyCaller } from './identify-caller.ts';

/** Who is let in where the host shows the gateway to its operators, whatever the gateway's own options say. */
export interface AdminDoor<HostRequest = unknown> {
  /**
   * True for those who may see and change everything, of all tenants. Whatever else it gives, what it throws and what it
   * rejects with lets nobody in.
   */
  readonly allow: (request: HostRequest) => unknown;
  /** For whom models are asked from there. Default: `{ id: 'dashboard' }`. */
  readonly principal?: Identify<HostRequest> | undefined;
}

/** Lets in whom the host's own function lets in, and nobody by any key. */
export class DoorAccess implements Entry {
  readonly isOpen = false;
  readonly knowsCookies = true;
  readonly isDoor = true;
  readonly #door: Partial<AdminDoor>;
  readonly #logger: Logger;

  /** What has no `allow`, in a program without types, lets nobody in. */
  constructor(door: Partial<AdminDoor>, logger: Logger) {
    this.#door = door;
    this.#logger = logger;
  }

  /** Rejects with `VE_FORBIDDEN`; of those who are let in, with what `principal` does. */
  async identify({ hostRequest }: AccessRequest, isForCaller = true): Promise<Principal> {
    // Not what is only as good as true: an object, say, that a database gave.
    if ((await this.#allow(hostRequest)) !== true)
      throw new GatewayError('VE_FORBIDDEN', { reason: 'this is for administrators only' });
    const { principal } = this.#door;
    return isForCaller && principal !== undefined
      ? identifyCaller(principal, hostRequest)
      : { id: 'dashboard' };
  }

  async #allow(hostRequest: unknown): Promise<unknown> {
    try {
      return await this.#door.allow?.(hostRequest);
    } catch (error) {
      this.#logger.error({ error }, 'the function allow of the admin door failed, and nobody is let in');
      return false;
    }
  }
}
