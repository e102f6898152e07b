import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { GatewayError } from '@vector-engine/core';
import { type ByteStream, type HeaderMap, NodeExchange } from '@vector-engine/core/adapter';

/** What is used of Koa's context. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly request: object;
  readonly path: string;
  readonly originalUrl: string;
  status: number;
  body: unknown;
  set(fields: Record<string, string | string[]>): void;
}

/** Answers through Koa's context: outer middleware sees status, headers and body before they are sent. */
export class KoaExchange extends NodeExchange {
  /** How it has ended for the middleware. */
  readonly outcome: Promise<'answered' | 'passed' | 'abandoned'>;
  readonly #context: KoaContext;
  readonly #resolve: (outcome: 'answered' | 'passed' | 'abandoned') => void;

  constructor(context: KoaContext, path: string) {
    const { req: request, res: response } = context;
    super({ request, response, path, isOwnGround: false, hostRequest: context, bodyHolder: context.request });
    this.#context = context;
    const { promise, resolve } = Promise.withResolvers<'answered' | 'passed' | 'abandoned'>();
    this.outcome = promise;
    this.#resolve = resolve;
  }

  /** It is not ours. */
  pass(): void {
    this.#resolve('passed');
  }

  override abandon(): void {
    this.#resolve('abandoned');
  }

  override destroy(): void {
    super.destroy();
    this.#resolve('abandoned');
  }

  override respond(status: number, headers: HeaderMap, body: Uint8Array): void {
    // Koa takes Node's own kind only.
    this.#answer(status, headers, Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  }

  override respondStream(status: number, headers: HeaderMap, stream: ByteStream): void {
    this.#answer(status, headers, readableOf(stream));
  }

  #answer(status: number, headers: HeaderMap, body: Buffer | Readable): void {
    const context = this.#context;
    context.status = status;
    // A body says its own type where none is said: first what it is, then what we say of it.
    context.body = status === 204 || status === 304 ? null : body;
    context.set({ ...this.besideHost(headers) });
    this.#resolve('answered');
  }
}

function readableOf(stream: ByteStream): Readable {
  const readable = new Readable({
    read: () => stream.resume(),
    destroy: (error, done) => {
      // Of a stream that is over it is of no effect.
      stream.abort(new GatewayError('VE_CLIENT_CLOSED', {}, { cause: error }));
      done(error);
    },
  });
  stream.pipe({
    write: (chunk) => readable.push(chunk),
    end: (taken) => {
      if (taken !== undefined) readable.once('end', taken);
      readable.push(null);
    },
    destroy: (error) => readable.destroy(error),
  });
  return readable;
}
