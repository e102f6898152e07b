import { randomUUID } from 'node:crypto';
import { invalid, isObject, parseJson, stringOf } from './dialects/shared/read.ts';
import { parseObject } from './dialects/shared/wire-events.ts';
import { storedForms } from './dialects/stored-forms.ts';
import { GatewayError } from './errors.ts';
import { InnerExchange } from './http/inner-exchange.ts';
import { answerJson } from './http/local-answers.ts';
import type { NewResponse, StoredResponse, StoredResponses } from './memory/stored-responses.ts';
import type { Answer } from './protocol/answer.ts';
import { bufferOf } from './protocol/buffer-of.ts';
import type { Call } from './protocol/call.ts';
import type { Clock } from './protocol/clock.ts';
import type { Exchange } from './protocol/exchange.ts';
import type { JsonObject } from './protocol/json.ts';
import type { Logger } from './protocol/logger.ts';

export interface BackgroundParts {
  readonly responses: StoredResponses;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds that a call may take. */
  readonly total: number;
}

/** Whose response it is, and how it is made. */
export interface Beginning {
  readonly owner: string;
  /** What brought the call. */
  readonly exchange: Exchange;
  /** Lets the gateway answer, as it answers the same caller. */
  readonly run: (exchange: Exchange) => void;
}

/** Responses under way for one owner: no caller who waits keeps their number down. */
const mostAtOnce = 100;
/** Milliseconds after the end of its time in which an answer may still be kept. */
const slack = 60_000;

/**
 * Responses that nobody waits for, of models whose upstreams know no such thing: the gateway waits in the caller's place, in
 * this process. The call is one like any other, with its own attempts, events and limits.
 */
export class BackgroundDesk {
  readonly #parts: BackgroundParts;
  /** By owner and id. */
  readonly #running = new Map<string, Map<string, InnerExchange>>();
  readonly #finishing = new Set<Promise<void>>();

  constructor(parts: BackgroundParts) {
    this.#parts = parts;
  }

  /**
   * Answers with the response as it is now, which is queued.
   *
   * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`, `VE_TARGET_BUSY`, `VE_STORE_FAILED`; for a call that goes on from another, see `Previous.turns`
   */
  async begin(call: Call, { owner, exchange, run }: Beginning): Promise<Answer> {
    if (!call.isStored) throw invalid('background', 'it must be stored to be found again: leave out "store"');
    if (call.stream)
      throw invalid('stream', 'a response of this model cannot be streamed and made in the background');
    await call.resolveItems();
    const { clock, responses } = this.#parts;
    const { renderQueued, toForeground, keepInput, finishQueued } = storedForms();
    const now = Math.floor(clock.now() / 1000);
    const rendered = renderQueued(call.canonical(), randomUUID().replaceAll('-', ''), now);
    const queued: JsonObject = { ...rendered, previous_response_id: call.previousId ?? null };
    const id = stringOf(queued['id']) ?? '';
    const body = JSON.stringify(toForeground(parseObject(Buffer.from(call.bytes).toString('utf8'))));
    const inner = new InnerExchange(exchange, Buffer.from(body));
    const kept = { id, target: undefined, previous: call.previousId, request: keepInput(call.bytes) };
    this.#add(owner, id, inner);
    try {
      await responses.keep(owner, { ...kept, ...toldAs(queued) });
    } catch (error) {
      this.#remove(owner, id);
      throw error;
    }
    const finishing = this.#finish(inner, async (outcome) => {
      this.#remove(owner, id);
      const current = await responses.find(owner, id);
      // It was cancelled, or deleted.
      if (current === undefined || !storedForms().isUnderWay(current.response)) return;
      await responses.keep(owner, { ...kept, ...toldAs(finishQueued(queued, outcome)) });
    });
    this.#finishing.add(finishing);
    void finishing.then(() => this.#finishing.delete(finishing));
    run(inner);
    return answerJson(queued);
  }

  /** The response as it is. What was under way in a process that has ended will never be finished, and that is told. */
  asItIs({ response }: StoredResponse): JsonObject {
    const { isUnderWay, finishQueued } = storedForms();
    const { clock, total } = this.#parts;
    const created = Number(response['created_at']) * 1000;
    const isLost = isUnderWay(response) && clock.now() > created + total + slack;
    return isLost ? finishQueued(response, {}) : response;
  }

  /** @throws GatewayError `VE_PARAMETER_INVALID` for one that its caller waited for. */
  async cancel(stored: StoredResponse, { owner, id }: { owner: string; id: string }): Promise<Answer> {
    const response = this.asItIs(stored);
    if (response['background'] !== true)
      throw invalid('response_id', 'only a response made in the background can be cancelled');
    const cancelled = storedForms().cancelQueued(response);
    if (cancelled !== stored.response) {
      const { target, previous, request } = stored;
      const kept = { id, target, previous, request: JSON.stringify(request) };
      await this.#parts.responses.keep(owner, { ...kept, ...toldAs(cancelled) });
      this.stop(owner, id);
    }
    return answerJson(cancelled);
  }

  /** Nobody wants it any more: its upstream need not go on. */
  stop(owner: string, id: string): void {
    this.#running.get(owner)?.get(id)?.cancel();
  }

  /** Everything that has been answered is kept. */
  async settled(): Promise<void> {
    await Promise.all(this.#finishing);
  }

  #add(owner: string, id: string, inner: InnerExchange): void {
    const running = this.#running.get(owner) ?? new Map<string, InnerExchange>();
    if (running.size >= mostAtOnce) throw new GatewayError('VE_TARGET_BUSY', { retryAfter: 1000 });
    this.#running.set(owner, running.set(id, inner));
  }

  #remove(owner: string, id: string): void {
    const running = this.#running.get(owner);
    running?.delete(id);
    if (running?.size === 0) this.#running.delete(owner);
  }

  async #finish(inner: InnerExchange, finished: (outcome: JsonObject) => Promise<void>): Promise<void> {
    try {
      await finished(await inner.answer.then(readBody, nothing));
    } catch (error) {
      this.#parts.logger.error({ error }, 'a response made in the background could not be kept');
    }
  }
}

function toldAs(response: JsonObject): Pick<NewResponse, 'response' | 'items'> {
  return { response: JSON.stringify(response), items: storedForms().listItemIds(response) };
}

const nothing = (): JsonObject => ({});

function readBody(body: Uint8Array): JsonObject {
  const value = parseJson(bufferOf(body).toString('utf8'));
  return isObject(value) ? value : {};
}
