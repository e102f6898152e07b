import { GatewayError } from '../errors.ts';
import { Roster } from '../protocol/roster.ts';
import type { RequestScope } from './request-scope.ts';

/** The requests under way, and the gateway's end: new ones are refused, those under way have a grace. */
export class Lifecycle<Record = unknown> {
  readonly #makeScope: (record: Record) => RequestScope;
  readonly #open = new Roster<RequestScope>();
  #isClosing = false;
  #onEmpty: (() => void) | undefined;

  constructor(makeScope: (record: Record) => RequestScope) {
    this.#makeScope = makeScope;
  }

  open(record: Record): RequestScope {
    const scope = this.#makeScope(record);
    this.#open.add(scope);
    return scope;
  }

  /** A request is over. */
  readonly leave = (scope: RequestScope): void => {
    this.#open.delete(scope);
    if (this.#open.size === 0) this.#onEmpty?.();
  };

  /** @throws GatewayError `VE_CLOSING` */
  refuseWhenClosing(): void {
    if (this.#isClosing) throw new GatewayError('VE_CLOSING', { retryAfter: 1000 });
  }

  /**
   * Resolves when nothing is under way any more. `expired` ends what is left then; `lastWord` gives up whoever has not
   * taken by then that it has ended.
   */
  async drain(expired: Promise<unknown>, lastWord: () => Promise<unknown>): Promise<void> {
    this.#isClosing = true;
    if (this.#open.size === 0) return;
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    await Promise.race([empty, expired]);
    this.#open.forEach((scope) => scope.cancel(new GatewayError('VE_CLOSING')));
    await Promise.race([empty, lastWord()]);
    this.#open.forEach((scope) => scope.giveUp());
    await empty;
  }
}
