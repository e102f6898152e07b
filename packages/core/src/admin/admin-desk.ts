import { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { AdminParts, AdminQuestion } from './admin-parts.ts';

/** What operators ask and change over HTTP. */
export class AdminDesk {
  readonly #parts: AdminParts;

  constructor(parts: AdminParts) {
    this.#parts = parts;
  }

  /** The same, for a door that has asked already who comes in by it. */
  behindDoor(): AdminDesk {
    return new AdminDesk({ ...this.#parts, admin: () => true });
  }

  /** @throws GatewayError `VE_FORBIDDEN` for everybody but those who may, before anything is read */
  async answer(question: AdminQuestion): Promise<Answer> {
    await this.#checkAdmin(question);
    // Those who are no operators need none of it.
    const { serveAdmin } = await import('./serve-admin.ts');
    return serveAdmin(question, this.#parts);
  }

  async #checkAdmin({ principal, hostRequest }: AdminQuestion): Promise<void> {
    const { admin } = this.#parts;
    let may: unknown = false;
    try {
      may = principal !== undefined && (await admin?.(principal, hostRequest));
    } catch (cause) {
      throw new GatewayError('VE_IDENTIFY_FAILED', {}, { cause });
    }
    // Not what is only as good as true: an object, say, that a database gave.
    if (may !== true) throw new GatewayError('VE_FORBIDDEN', { reason: 'this is for administrators only' });
  }
}
