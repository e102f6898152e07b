import type { Clock } from '@vector-engine/core';
import type { Dispatcher } from 'undici';

/** How a target takes one request. */
export interface Treatment {
  /** Default 200. */
  readonly status?: number;
  /** Until the answer, from when it is that request's turn. */
  readonly milliseconds: number;
  /** Seconds, for a 429 or a 503. */
  readonly retryAfter?: number;
}

/** `refused`: nobody listens. `elapsed`: milliseconds since the start. `usual`: milliseconds that the answer should take. */
export type Behaviour = (elapsed: number, usual: number) => Treatment | 'refused';

export const well: Behaviour = (_, usual) => ({ milliseconds: usual });

interface Work {
  readonly handler: Dispatcher.DispatchHandler;
  readonly controller: Dispatcher.DispatchController;
  readonly treatment: Treatment;
}

const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  }),
);
const refusal = Buffer.from(JSON.stringify({ error: { message: 'no', type: 'test', code: null } }));

/** A provider as a queue: so many requests are worked on at once, others wait for their turn. */
export class SimulatedTarget {
  readonly arrivals: number[] = [];
  readonly #clock: Clock;
  readonly #servers: number;
  readonly #behaviour: Behaviour;
  readonly #startedAt: number;
  readonly #waiting: Work[] = [];
  #busy = 0;

  constructor(clock: Clock, servers: number, behaviour: Behaviour) {
    this.#clock = clock;
    this.#servers = servers;
    this.#behaviour = behaviour;
    this.#startedAt = clock.now();
  }

  /** `usual`: milliseconds of work. */
  take(handler: Dispatcher.DispatchHandler, usual: number): void {
    const elapsed = this.#clock.now() - this.#startedAt;
    this.arrivals.push(elapsed);
    const treatment = this.#behaviour(elapsed, usual);
    const controller = makeController();
    if (treatment === 'refused') {
      const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      handler.onResponseError?.(controller, error);
      return;
    }
    handler.onRequestStart?.(controller, {});
    this.#waiting.push({ handler, controller, treatment });
    this.#work();
  }

  #work(): void {
    while (this.#busy < this.#servers) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (next.controller.aborted) continue;
      this.#busy++;
      this.#clock.setTimeout(() => {
        this.#busy--;
        if (!next.controller.aborted) reply(next);
        this.#work();
      }, next.treatment.milliseconds);
    }
  }
}

function reply({ handler, controller, treatment }: Work): void {
  const { status = 200, retryAfter } = treatment;
  const headers = {
    'content-type': 'application/json',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  };
  handler.onResponseStart?.(controller, status, headers, '');
  handler.onResponseData?.(controller, status === 200 ? answer : refusal);
  handler.onResponseEnd?.(controller, {});
}

function makeController(): Dispatcher.DispatchController {
  let reason: Error | null = null;
  return {
    get aborted() {
      return reason !== null;
    },
    get reason() {
      return reason;
    },
    paused: false,
    abort(why) {
      reason = why;
    },
    pause() {},
    resume() {},
  };
}
