import type { Dispatcher } from 'undici';
import type { Clock } from '../protocol/clock.ts';
import type { Egress } from './egress.ts';

/** Milliseconds until an answer. */
const patience = 10_000;

export interface PostParts {
  readonly egress: Egress;
  readonly clock: Clock;
}

/** Tells something at an address that the operator wrote; gives the status of the answer. Rejects where there is none. */
export function postJson(
  url: URL,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
  { egress, clock }: PostParts,
): Promise<number> {
  const receiver = new StatusReceiver();
  const all = { ...headers, 'content-type': 'application/json', accept: '*/*' };
  const outgoing = {
    method: 'POST',
    path: url.pathname + url.search,
    headers: Object.entries(all).flat(),
    body,
  };
  const timer = clock.setTimeout(() => receiver.giveUp(new Error('no answer in time')), patience);
  try {
    egress.dispatchTo(url, { fileOrigins: [url.origin] }, outgoing, receiver);
  } catch (error) {
    receiver.giveUp(error);
  }
  return receiver.status.finally(() => clock.clearTimeout(timer));
}

/** Takes the head of an answer, and lets nothing else come. */
class StatusReceiver implements Dispatcher.DispatchHandler {
  readonly status: Promise<number>;
  readonly #status = Promise.withResolvers<number>();
  #controller: Dispatcher.DispatchController | undefined;
  #isGivenUp = false;

  constructor() {
    this.status = this.#status.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isGivenUp) controller.abort(new Error('given up'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    this.#status.resolve(status);
    // What is said beside it is of no use; it may be long.
    if (status >= 200) controller.abort(new Error('not wanted'));
  }

  onResponseData(): void {}

  onResponseEnd(): void {}

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#status.reject(error);
  }

  giveUp(reason: unknown): void {
    this.#isGivenUp = true;
    this.#status.reject(reason);
    this.#controller?.abort(new Error('given up'));
  }
}
