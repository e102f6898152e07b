import type { GatewayError } from '../errors.ts';
import type { RequestFacts, TargetName } from '../protocol/call.ts';
import type { TaskEvent } from '../protocol/events.ts';
import type { Logger } from '../protocol/logger.ts';
import { pathOf, tenantOf } from '../protocol/principal.ts';
import { nameKey } from './make-entry.ts';
import { plainName } from './plain-name.ts';
import type { RequestStory } from './request-story.ts';

/** The lines about requests. Never a body, a key or a header, and of what leaves no trace nothing that its caller has chosen. */
export class CallLog {
  readonly #logger: Logger;
  readonly #isServed: (model: string) => boolean;

  /** `isServed`: whether the name of a model is the operator's own word; callers can make up others. */
  constructor(logger: Logger, isServed: (model: string) => boolean) {
    this.#logger = logger;
    this.#isServed = isServed;
  }

  /**
   * One line for each call, and for whatever else was refused: at `info` where all went well or the caller has left, at `warn`
   * with the code where not, at `error` with the cause where it is no caller's fault and no upstream's.
   */
  ended(story: RequestStory): void {
    const { error, traceless, isCall } = story;
    const isWell = error === undefined ? story.status < 400 : error.code === 'VE_CLIENT_CLOSED';
    if (isWell && !isCall) return;
    const logger = this.#about(story.requestId ?? story.id);
    const fields = this.#fieldsOf(story);
    if (isWell) return logger.info(fields, 'call ended');
    if (error !== undefined && isInternal(error)) {
      const told = traceless ? fields : { ...fields, error: error.cause };
      return logger.error(told, 'the gateway could not serve a request');
    }
    const isRefusal = story.status >= 400 && story.status < 500;
    logger.warn({ ...fields, ...limitOf(error) }, isRefusal ? 'call refused' : 'call failed');
  }

  /** What outlives the request that began it: one line when it is over, and what it cost is known. */
  jobChanged({ id, owner, operation, model, state, target, cost, isSettled, error }: TaskEvent): void {
    if (!isSettled) return;
    const fields = {
      job: id,
      operation,
      // Whether it leaves a trace is not told with it: what its caller may have made up is not, either.
      model: this.#isServed(model) ? model : undefined,
      upstream: target?.upstream,
      state,
      code: error && plainName(error),
      dollars: cost === undefined ? undefined : cost / 1e9,
      tenant: tenantOf(owner),
    };
    if (error === undefined) this.#logger.info(fields, 'job ended');
    else this.#logger.warn(fields, 'job failed');
  }

  /** Another target may answer yet. */
  attemptFailed(request: RequestFacts, target: TargetName, { code, details, cause }: GatewayError): void {
    if (code === 'VE_CLIENT_CLOSED' || code === 'VE_OVERTAKEN') return;
    const { traceless = false } = request;
    // An upstream may quote what it was asked.
    const said = traceless ? {} : { details, reason: describeCause(cause) };
    const { upstream } = target;
    const shown = { upstream, model: this.#shown(target.model, request.model, traceless) };
    this.#about(request.id).warn({ target: shown, code, ...said }, 'an attempt failed');
  }

  /** Made for a line that is written, which most requests have one of. */
  #about(requestId: string): Logger {
    const fields = { requestId };
    return this.#logger.child?.(fields) ?? this.#logger;
  }

  #fieldsOf(story: RequestStory): object {
    const { id, requestId, principal, facts, target, usage, cost, error, traceless } = story;
    const called = facts?.model;
    const path = pathOf(principal);
    return {
      // Under which it is written down.
      ...(requestId === undefined ? {} : { id }),
      operation: facts?.operation,
      model: called && this.#shown(called, called, traceless),
      upstream: target?.upstream,
      served: target && this.#shown(target.model, called, traceless),
      status: story.status,
      code: error?.code,
      milliseconds: Math.round(story.milliseconds),
      firstByteMilliseconds:
        story.firstByteMilliseconds === undefined ? undefined : Math.round(story.firstByteMilliseconds),
      attempts: story.attempts,
      stream: facts?.stream,
      inputTokens: usage?.inputTokens,
      cachedTokens: usage?.cachedInputTokens,
      outputTokens: usage?.outputTokens,
      reasoningTokens: usage?.reasoningTokens,
      dollars: cost === undefined ? undefined : cost / 1e9,
      cache: story.cache,
      upstreamKey: story.key === undefined ? undefined : nameKey(story.key),
      key: principal?.key,
      tenant: principal?.tenant,
      path: path === '' ? undefined : path,
      traceless: traceless ? true : undefined,
    };
  }

  /** A name that goes back to what the caller has `called`; undefined where it is the caller's and leaves no trace. */
  #shown(name: string, called: string | undefined, traceless: boolean): string | undefined {
    if (traceless && (called === undefined || !this.#isServed(called))) return undefined;
    return plainName(name);
  }
}

/** An error in the host's own functions, or in ours. */
function isInternal({ code }: GatewayError): boolean {
  return code === 'VE_INTERNAL' || code === 'VE_IDENTIFY_FAILED';
}

/** Which limit or budget it was that refused. */
function limitOf(error: GatewayError | undefined): object {
  const { rateLimit, budget } = error?.details ?? {};
  return {
    ...(rateLimit === undefined ? {} : { limit: { counted: rateLimit.counted, of: rateLimit.of } }),
    ...(budget === undefined
      ? {}
      : { budget: { path: budget.path, key: budget.key, window: budget.window } }),
  };
}

/** Code and message of what a connection died of; never the object itself, which may hold more. */
function describeCause(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  return 'code' in cause ? `${String(cause.code)}: ${cause.message}` : cause.message;
}
