import type { Dispatcher } from 'undici';
import type { GatewayError } from '../errors.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Download } from '../protocol/media.ts';
import type { Egress } from './egress.ts';
import { joinHeaders } from './response-headers.ts';
import type { Upstream } from './upstream.ts';

/** Bytes: pictures are smaller. */
const largest = 67_108_864;
/** Milliseconds for all of it. */
const patience = 60_000;

export interface FetchParts {
  /** The upstream that has named the address; undefined: a caller has. */
  readonly upstream: Upstream | undefined;
  readonly egress: Egress;
  readonly clock: Clock;
  /** The error for a file that cannot be had. */
  readonly broken: (reason: string, cause?: unknown) => GatewayError;
}

/** What is at an address, as a whole. Rejects with what `broken` makes. */
export function fetchFile(address: string, parts: FetchParts): Promise<Download> {
  const { upstream, egress, clock, broken } = parts;
  const receiver = new FileReceiver(broken);
  const url = parseFileURL(address);
  if (url === undefined) return Promise.reject(broken('it is no address'));
  const timer = clock.setTimeout(() => receiver.giveUp('it did not come in time'), patience);
  const headers = ['accept', '*/*', 'accept-encoding', 'identity'];
  try {
    const outgoing = { method: 'GET', path: url.pathname + url.search, headers, body: new Uint8Array() };
    egress.dispatchTo(url, upstream, outgoing, receiver);
  } catch (error) {
    receiver.giveUp('it cannot be asked for', error);
  }
  return receiver.file.finally(() => clock.clearTimeout(timer));
}

/** Undefined for what is no address of the web. */
export function parseFileURL(address: string): URL | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' ? url : undefined;
}

class FileReceiver implements Dispatcher.DispatchHandler {
  readonly file: Promise<Download>;
  readonly #file = Promise.withResolvers<Download>();
  readonly #broken: (reason: string, cause?: unknown) => GatewayError;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #bytes = 0;
  #type = '';
  #isGivenUp = false;

  constructor(broken: (reason: string, cause?: unknown) => GatewayError) {
    this.#broken = broken;
    this.file = this.#file.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isGivenUp) controller.abort(new Error('given up'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[]>,
  ): void {
    if (status >= 300) return this.giveUp(`it is answered with ${status}`);
    this.#type = joinHeaders(headers)['content-type'] ?? 'application/octet-stream';
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > largest) return this.giveUp('it is too large');
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#file.resolve({ type: this.#type, body: Buffer.concat(this.#chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.giveUp('it cannot be fetched', error);
  }

  giveUp(reason: string, cause?: unknown): void {
    if (this.#isGivenUp) return;
    this.#isGivenUp = true;
    this.#file.reject(this.#broken(reason, cause));
    this.#controller?.abort(new Error(reason));
  }
}
