import { GatewayError } from '../errors.ts';
import type { RequestScope } from './request-scope.ts';

/** The requests under way, and the gateway's end: new ones are refused, those under way have a grace. */
export class Lifecycle<Record = unknown> {
  readonly #makeScope: (record: Record) => RequestScope;
  /**
   * An array, and each scope knows its place: a `Set` that gains and loses an entry with every request is rebuilt again and
   * again, and its discarded tables, once old, keep what was in them from the young generation's collector.
   */
  readonly #open: RequestScope[] = [];
  #isClosing = false;
  #onEmpty: (() => void) | undefined;

  constructor(makeScope: (record: Record) => RequestScope) {
    this.#makeScope = makeScope;
  }

  open(record: Record): RequestScope {
    const scope = this.#makeScope(record);
    scope.place = this.#open.push(scope) - 1;
    return scope;
  }

  close(scope: RequestScope): void {
    scope.finish();
    const last = this.#open.pop();
    if (last !== undefined && last !== scope) {
      this.#open[scope.place] = last;
      last.place = scope.place;
    }
    if (this.#open.length === 0) this.#onEmpty?.();
  }

  /** @throws GatewayError `VE_CLOSING` */
  refuseWhenClosing(): void {
    if (this.#isClosing) throw new GatewayError('VE_CLOSING', { retryAfter: 1000 });
  }

  /** Resolves when nothing is under way any more; `expired` resolving first ends what is left. */
  async drain(expired: Promise<unknown>): Promise<void> {
    this.#isClosing = true;
    if (this.#open.length === 0) return;
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    await Promise.race([empty, expired]);
    for (const scope of this.#open) scope.cancel(new GatewayError('VE_CLOSING'));
    await empty;
  }
}
