import type { Asking } from './asking.ts';
import { changeCall } from './change-call.ts';
import type { CallHead } from './dialects/read-call.ts';
import { renderError } from './dialects/render-error.ts';
import { isObject } from './dialects/shared/read.ts';
import { GatewayError } from './errors.ts';
import { guardAnswer } from './guard/guard-answer.ts';
import type { Judge } from './guard/guard-events.ts';
import { SeenCall, type Shown } from './guarded-call.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call } from './protocol/call.ts';
import type { Clock } from './protocol/clock.ts';
import type { Exchange } from './protocol/exchange.ts';
import type { Change, Guard, PartVerdict } from './protocol/guard.ts';
import type { Logger } from './protocol/logger.ts';
import { wordBreak } from './word-break.ts';

export interface GuardParts {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A request, and who asks. */
export interface Guarding {
  readonly asking: Pick<Asking, 'asker' | 'record' | 'scope'>;
  readonly exchange: Pick<Exchange, 'headers' | 'method' | 'path'>;
}

/** Operations whose answers are texts. */
const written: ReadonlySet<string> = new Set([
  'chat',
  'completions',
  'transcriptions',
  'translations',
  'stored-response',
]);
/** Characters of what a guard says to callers. */
const longestReason = 1000;

/** The operator's own functions around calls. */
export class Guards {
  readonly #guards: readonly Guard[];
  readonly #parts: GuardParts;
  readonly #hasAfter: boolean;

  constructor(guards: readonly Guard[], parts: GuardParts) {
    this.#guards = guards;
    this.#parts = parts;
    this.#hasAfter = guards.some(({ after }) => after !== undefined);
  }

  /** Shows a call to the guards, serves what they make of it, and shows them the answer. @throws GatewayError `VE_GUARD_REFUSED`, `VE_GUARD_FAILED` */
  async around(
    call: Call,
    guarding: Guarding & { readonly head: CallHead },
    serve: (call: Call) => Promise<Answer>,
  ): Promise<Answer> {
    const watch = this.#watch(call, guarding);
    const guarded = await watch.before(call, guarding.head);
    const answer = await serve(guarded);
    return this.#hasAfter ? watch.after(answer, guarded) : answer;
  }

  /** What goes on as it is, or not at all. @throws GatewayError as `around` */
  async admit(shown: Shown, guarding: Guarding): Promise<void> {
    await this.#watch(shown, guarding).before(shown, undefined);
  }

  /** An answer that was kept, and is given again. @throws GatewayError as `around` */
  async again(answer: Answer, shown: Shown, guarding: Guarding): Promise<Answer> {
    if (!this.#hasAfter) return answer;
    return this.#watch(shown, guarding).after(answer, { ...shown, wantsArray: false });
  }

  #watch(shown: Shown, guarding: Guarding): GuardWatch {
    return new GuardWatch(this.#guards, shown, { ...guarding, ...this.#parts });
  }
}

/** The guards of one request. */
class GuardWatch {
  readonly #guards: readonly Guard[];
  readonly #parts: Guarding & GuardParts;
  /** Each guard has its own, with its own notes. */
  readonly #seen: ReadonlyMap<Guard, SeenCall>;

  constructor(guards: readonly Guard[], shown: Shown, parts: Guarding & GuardParts) {
    const { exchange, asking } = parts;
    const { asker, record } = asking;
    const { id, isTraceless } = record;
    this.#guards = guards;
    this.#parts = parts;
    const seen = { exchange, id, isTraceless, principal: asker.principal };
    this.#seen = new Map(
      guards.map((guard) => [guard, new SeenCall(shown, seen, (text) => record.noted(guard.name, text))]),
    );
  }

  /** `head`: undefined for what cannot be changed. */
  before<Given extends Shown>(given: Given, head: CallHead | undefined): Promise<Given | Call> {
    return this.#parts.asking.scope.outlast(() => this.#before(given, head));
  }

  async #before<Given extends Shown>(given: Given, head: CallHead | undefined): Promise<Given | Call> {
    let call: Given | Call = given;
    for (const guard of this.#guards) {
      if (guard.before === undefined) continue;
      const verdict = await this.#ask(guard, (seen) => guard.before?.(seen));
      if (verdict === undefined) continue;
      const change = this.#read(guard, verdict, readChange);
      if (change.body === undefined && change.model === undefined) continue;
      call = this.#try(guard, () => changeCall(call, change, head));
      for (const seen of this.#seen.values()) seen.become(call);
    }
    return call;
  }

  async after(answer: Answer, shown: Shown & Pick<Call, 'wantsArray'>): Promise<Answer> {
    const { dialect, operation, stream, wantsArray } = shown;
    if (!written.has(operation)) return answer;
    const { record, scope } = this.#parts.asking;
    try {
      const guarding = guardAnswer(answer, {
        dialect,
        wantsArray,
        judge: this.#judge,
        word: (error) => wordBreak({ dialect, stream, wantsArray }, error),
        wordInArray: (error) => renderError(error, dialect).body.toString('utf8'),
        failed: (thrown) => {
          const error = this.#normalise(thrown);
          record.refused(error);
          return error;
        },
      });
      return await scope.outlast(() => guarding);
    } catch (thrown) {
      const error = this.#normalise(thrown);
      if (!(answer.body instanceof Uint8Array)) answer.body.abort(error);
      throw error;
    }
  }

  readonly #judge: Judge = async (part) => {
    let { text } = part;
    for (const guard of this.#guards) {
      if (guard.after === undefined) continue;
      const verdict = await this.#ask(guard, (seen) => guard.after?.({ ...part, text }, seen));
      if (verdict !== undefined) text = this.#read(guard, verdict, readPart);
    }
    return text;
  };

  /** What a guard says; no longer than the request may take. */
  async #ask(guard: Guard, ask: (seen: SeenCall) => unknown): Promise<unknown> {
    const seen = this.#seen.get(guard);
    if (seen === undefined) return undefined;
    const said = this.#try(guard, () => ask(seen));
    if (!(said instanceof Promise)) return said;
    const { clock, asking } = this.#parts;
    const { promise, reject } = Promise.withResolvers<never>();
    const late = new GatewayError('VE_DEADLINE', { phase: 'total' });
    const timer = clock.setTimeout(() => reject(late), asking.scope.watch.remaining);
    try {
      const told: unknown = await Promise.race([said, promise]);
      return told;
    } catch (error) {
      throw error === late ? late : this.#failure(guard, error);
    } finally {
      clock.clearTimeout(timer);
    }
  }

  #try<Result>(guard: Guard, act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      throw this.#failure(guard, error);
    }
  }

  #read<Result>(guard: Guard, verdict: unknown, read: (verdict: unknown) => Result): Result {
    if (isObject(verdict) && typeof verdict['refuse'] === 'string')
      throw new GatewayError('VE_GUARD_REFUSED', {
        reason: verdict['refuse'].trim().slice(0, longestReason),
      });
    return this.#try(guard, () => read(verdict));
  }

  /** An upstream's error stays what it is; what cannot be looked through is none of its. */
  #normalise(thrown: unknown): GatewayError {
    return GatewayError.isInstance(thrown) ? thrown : this.#failure(undefined, thrown);
  }

  /** Told here; the caller hears no more than that something has failed. */
  #failure(guard: Guard | undefined, cause: unknown): GatewayError {
    const { logger, asking } = this.#parts;
    const { id, isTraceless } = asking.record;
    const said = isTraceless ? {} : { error: cause };
    logger.error({ requestId: id, guard: guard?.name, ...said }, 'a guard failed');
    // What was answered is paid for, and would be again.
    return new GatewayError('VE_GUARD_FAILED', { isFinal: true });
  }
}

function readChange(verdict: unknown): Change {
  if (!isObject(verdict)) throw new TypeError(`before() gave ${typeof verdict}; ${wanted}`);
  for (const name of Object.keys(verdict))
    if (name !== 'body' && name !== 'model') throw new TypeError(`before() gave "${name}"; ${wanted}`);
  const { body, model } = verdict;
  if (body !== undefined && !isObject(body)) throw new TypeError('before() gave a body that is no object');
  if (model !== undefined && typeof model !== 'string')
    throw new TypeError('before() gave a model that is no text');
  return { ...(body === undefined ? {} : { body }), ...(model === undefined ? {} : { model }) };
}

const wanted = 'it gives { refuse }, { body }, { model }, { body, model } or nothing';

function readPart(verdict: unknown): Extract<PartVerdict, { text: string }>['text'] {
  if (isObject(verdict) && typeof verdict['text'] === 'string') return verdict['text'];
  throw new TypeError('after() gives { refuse }, { text } or nothing');
}
