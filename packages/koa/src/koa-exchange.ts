import { type ByteStream, endResponse, type HeaderMap, NodeExchange } from '@vector-engine/core/adapter';
import type { Context } from 'koa';
import { AnswerBody } from './answer-body.ts';

/** Where a context keeps the body that the gateway gave it. */
const ownBody = Symbol('vector-engine.body');

interface AnsweredContext extends Context {
  [ownBody]?: Buffer | AnswerBody;
}

/** Answers through Koa's context, so that outer middleware can still see and change the answer. */
export class KoaExchange extends NodeExchange {
  readonly #context: Context;
  readonly #answered = Promise.withResolvers<boolean>();

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
  }

  /**
   * Resolves with true when status, headers and body are set, with false when `passed` is over and they are not: the
   * caller has gone.
   */
  answered(passed: Promise<void>): Promise<boolean> {
    const { promise, resolve, reject } = this.#answered;
    passed.then(() => resolve(false), reject);
    return promise;
  }

  override respond(status: number, headers: HeaderMap, body: Uint8Array): void {
    // The same bytes: Koa takes Node's own kind only.
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#answer(status, headers, status === 204 ? null : bytes);
  }

  override respondStream(status: number, headers: HeaderMap, stream: ByteStream): void {
    this.#answer(status, headers, new AnswerBody(stream));
  }

  #answer(status: number, headers: HeaderMap, body: Buffer | AnswerBody | null): void {
    const context: AnsweredContext = this.#context;
    const { res } = context;
    context.status = status;
    if (!res.headersSent) for (const name in headers) res.setHeader(name, headers[name] ?? '');
    context.body = body;
    if (body !== null) {
      context[ownBody] = body;
      Object.defineProperty(context, 'respond', answerDirectly);
    }
    this.#answered.resolve(true);
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
    const body = this[ownBody];
    if (body === undefined || this.body !== body || !this.writable) return undefined;
    if (body instanceof AnswerBody) return body.writeTo(this.res) ? false : undefined;
    endResponse(this.res, body);
    return false;
  },
  set(value: unknown) {
    Object.defineProperty(this, 'respond', { value, writable: true, configurable: true, enumerable: true });
  },
};
