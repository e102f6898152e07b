import { type ByteStream, type HeaderMap, NodeExchange } from '@vector-engine/core/adapter';
import type { Context } from 'koa';
import { AnswerBody } from './answer-body.ts';

/** Answers through Koa's context, so that outer middleware can still see and change the answer. */
export class KoaExchange extends NodeExchange {
  /** Resolves when status, headers and body are set. */
  readonly answered: Promise<void>;
  readonly #context: Context;
  readonly #resolve: () => void;

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
    const { promise, resolve } = Promise.withResolvers<void>();
    this.answered = promise;
    this.#resolve = resolve;
  }

  override respond(status: number, headers: HeaderMap, body: Uint8Array): void {
    this.#head(status, headers);
    // The same bytes: Koa takes Node's own kind only.
    this.#context.body = status === 204 ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#resolve();
  }

  override respondStream(status: number, headers: HeaderMap, stream: ByteStream): void {
    this.#head(status, headers);
    const body = new AnswerBody(stream);
    this.#context.body = body;
    answerDirectly(this.#context, body);
    this.#resolve();
  }

  #head(status: number, headers: HeaderMap): void {
    const { res } = this.#context;
    this.#context.status = status;
    if (res.headersSent) return;
    for (const name in headers) res.setHeader(name, headers[name] ?? '');
  }
}

/**
 * Koa reads `context.respond` once, when all middleware is done, and leaves the response alone where it is false. That is
 * the moment to write the body to the response, without the pipeline and its clean-up that Koa 3 would put in between.
 */
function answerDirectly(context: Context, body: AnswerBody): void {
  Object.defineProperty(context, 'respond', {
    configurable: true,
    enumerable: false,
    get: () => (context.body === body && context.writable && body.writeTo(context.res) ? false : undefined),
    set(value: unknown) {
      Object.defineProperty(context, 'respond', { value, writable: true, configurable: true });
    },
  });
}
