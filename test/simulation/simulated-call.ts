import { Buffer } from 'node:buffer';
import type { Exchange } from '../../packages/core/src/protocol/exchange.ts';

const body = Buffer.from(
  JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Say hello' }] }),
);

/** A caller without a socket, who takes the answer at once. */
export class SimulatedCall implements Exchange {
  readonly method = 'POST';
  readonly path = '/v1/chat/completions';
  readonly query = '';
  readonly base = 'http://localhost';
  readonly isOwnGround = true;
  readonly headers = { 'content-type': 'application/json' };
  readonly requestId = undefined;
  readonly remoteAddress = undefined;
  readonly hostRequest = undefined;
  readonly #onAnswer: (status: number) => void;
  #onClose: (() => void) | undefined;

  constructor(onAnswer: (status: number) => void) {
    this.#onAnswer = onAnswer;
  }

  readBody(): Promise<Buffer> {
    return Promise.resolve(body);
  }

  readStream(): AsyncIterable<Uint8Array> {
    throw new Error('nobody sends a form here');
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  destroy(): void {
    this.abandon();
  }

  abandon(): void {
    this.#answered(499);
  }

  respond(status: number): void {
    this.#answered(status);
  }

  respondStream(): void {
    throw new Error('nothing streams here');
  }

  #answered(status: number): void {
    this.#onAnswer(status);
    this.#onClose?.();
  }
}
