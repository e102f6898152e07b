import { ByteCall } from '../dialects/shared/byte-call.ts';
import { GatewayError } from '../errors.ts';
import type { Planner } from '../plan-call.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call, NativeRequest, TargetName } from '../protocol/call.ts';
import type { Principal } from '../protocol/principal.ts';
import type { FailoverPolicy } from '../resilience/failover.ts';
import type { Lifecycle } from '../resilience/lifecycle.ts';
import type { RequestListener } from '../resilience/request-listener.ts';
import { sendCall } from '../send-call.ts';

export interface AskParts {
  readonly planner: Planner;
  readonly policy: FailoverPolicy;
  readonly lifecycle: Lifecycle<RequestListener>;
}

/** A target, and the digest of the key that must be shown there; undefined: any. */
export interface Place {
  readonly target: TargetName;
  readonly key: string | undefined;
}

/** What the gateway asks by itself belongs to no request. */
const nobody: RequestListener = {
  attemptStarted() {},
  attemptSettled: () => 0,
  attemptChosen() {},
  requestEnded() {},
};

const nothing = Buffer.alloc(0);

/** Asks one target for something of its own, for nobody who waits: how far a job is, say. */
export class UpstreamAsker {
  readonly #parts: AskParts;
  #asked = 0;

  constructor(parts: AskParts) {
    this.#parts = parts;
  }

  /**
   * Once: whoever asks knows when to ask again. Gives a whole answer.
   *
   * @throws GatewayError what the target failed with; what the signal was aborted with
   */
  ask({ target, key }: Place, native: NativeRequest, signal?: AbortSignal): Promise<Answer> {
    return this.send(nativeCall(target.model, native, key), target, signal);
  }

  /** The same of a call. */
  async send(call: Call, target: TargetName, signal?: AbortSignal): Promise<Answer> {
    const { planner, policy, lifecycle } = this.#parts;
    const principal: Principal | undefined = undefined;
    const asker = { principal, headers: {} };
    const plan = planner.only(call, asker, target);
    const scope = lifecycle.open(nobody);
    const stop = (): void =>
      scope.cancel(new GatewayError('VE_CLIENT_CLOSED', {}, { cause: signal?.reason }));
    signal?.addEventListener('abort', stop, { once: true });
    this.#asked += 1;
    const facts = {
      id: `task-${this.#asked}`,
      principal,
      operation: call.operation,
      model: target.model,
      stream: false,
      priority: 'batch' as const,
    };
    try {
      signal?.throwIfAborted();
      return await sendCall(call, plan, {
        scope,
        facts,
        policy: { ...policy, retries: 0 },
        asker,
        planner,
        spending: undefined,
      });
    } finally {
      signal?.removeEventListener('abort', stop);
      scope.end();
    }
  }
}

/** A call that goes to an upstream as it is. `keyDigest`: see `Call.keyDigest`. */
export function nativeCall(model: string, native: NativeRequest, keyDigest?: string): ByteCall {
  const call = new ByteCall(nothing, {
    operation: 'native',
    dialect: 'openai-chat',
    model,
    stream: false,
    wantsUsage: true,
    choices: 1,
    headers: {},
    splice: {},
    native,
  });
  call.keyDigest = keyDigest;
  return call;
}
