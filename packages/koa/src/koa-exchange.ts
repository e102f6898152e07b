import { type ByteStream, endResponse, type HeaderMap, NodeExchange } from '@vector-engine/core/adapter';
import type { Context } from 'koa';
import { AnswerBody } from './answer-body.ts';

/** Where a context keeps the exchange that answers it. */
const exchangeOf = Symbol('vector-engine.exchange');

interface AnsweredContext extends Context {
  [exchangeOf]?: KoaExchange;
}

/** Answers through Koa's context, so that outer middleware can still see and change the answer. */
export class KoaExchange extends NodeExchange {
  /** Resolves with true when status, headers and body are set, with false when the caller has gone before. */
  readonly answered: Promise<boolean>;
  readonly #context: Context;
  readonly #resolve: (isAnswered: boolean) => void;
  #body: Buffer | AnswerBody | null = null;
  #patience: number = Number.POSITIVE_INFINITY;

  constructor(context: Context, { path, isOwnGround }: { path: string; isOwnGround: boolean }) {
    super({
      request: context.req,
      response: context.res,
      path,
      isOwnGround,
      hostRequest: context,
      bodyHolder: context.request,
    });
    this.#context = context;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.answered = promise;
    this.#resolve = resolve;
  }

  override abandon(): void {
    this.#resolve(false);
  }

  override destroy(): void {
    super.destroy();
    this.#resolve(false);
  }

  override respond(status: number, headers: HeaderMap, body: Uint8Array, patience: number): void {
    this.#patience = patience;
    // The same bytes: Koa takes Node's own kind only.
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#answer(status, headers, status === 204 ? null : bytes);
  }

  override respondStream(status: number, headers: HeaderMap, stream: ByteStream): void {
    this.#answer(status, headers, new AnswerBody(stream, this.#context.res));
  }

  #answer(status: number, headers: HeaderMap, body: Buffer | AnswerBody | null): void {
    const context: AnsweredContext = this.#context;
    const { res } = context;
    context.status = status;
    const told = this.besideHost(headers);
    if (!res.headersSent) for (const name in told) res.setHeader(name, told[name] ?? '');
    context.body = body;
    if (body !== null) {
      this.#body = body;
      context[exchangeOf] = this;
      Object.defineProperty(context, 'respond', answerDirectly);
    }
    this.#resolve(true);
  }

  /** Writes the body to the response if it is still the context's own, and nobody reads it. Returns whether it did. */
  writeDirectly(): boolean {
    const body = this.#body;
    const { body: present, res, writable } = this.#context;
    if (body === null || present !== body || !writable) return false;
    if (body instanceof AnswerBody) return body.writeDirectly();
    endResponse(res, { body, patience: this.#patience });
    return true;
  }
}

/**
 * Koa reads `context.respond` once, when all middleware is done, and leaves the response alone where it is false. That is
 * the moment to write the body to the response, if it is still ours, together with those of other requests and without
 * the pipeline that Koa 3 would put around a stream. One descriptor for all contexts: with functions of its own, each
 * would become a slow object.
 */
const answerDirectly: PropertyDescriptor & ThisType<AnsweredContext> = {
  configurable: true,
  enumerable: false,
  get() {
    return this[exchangeOf]?.writeDirectly() === true ? false : undefined;
  },
  set(value: unknown) {
    Object.defineProperty(this, 'respond', { value, writable: true, configurable: true, enumerable: true });
  },
};
