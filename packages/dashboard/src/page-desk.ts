import type { AdminDoor } from '@vector-engine/core';
import type { Exchange, ExchangeHandler } from '@vector-engine/core/adapter';
import { answerRefusal, answerText, answerUnready } from './answer-refusal.ts';
import { loadPage } from './load-page.ts';
import { type PageAnswer, safeHeaders } from './page-answer.ts';
import { renderDocument } from './render-document.ts';

export interface PageDeskParts {
  readonly door: AdminDoor;
  readonly title: string;
  /** The gateway's routes behind the same door. */
  readonly gateway: ExchangeHandler;
}

export interface PageRequest {
  readonly exchange: Exchange;
  /** The whole path, with what the host's routers have taken off. */
  readonly whole: string;
  /** Where what is not ours goes; undefined where everything below the mount is. */
  readonly next: (() => void) | undefined;
}

/** Milliseconds that a caller may take nothing of an answer. */
const patience = 60_000;

/** The page and its files, and the gateway's routes behind them, for those who are let in. */
export class PageDesk {
  readonly #parts: PageDeskParts;
  #isTold = false;
  #document: Promise<{ readonly body: Buffer; readonly etag: string }> | undefined;

  constructor(parts: PageDeskParts) {
    this.#parts = parts;
  }

  serve({ exchange, whole, next }: PageRequest): void {
    const { path } = exchange;
    const isOurs = path === '/' || path.startsWith('/assets/');
    if (!isOurs && isGatewayPath(path) && this.#parts.gateway.handle(exchange)) return;
    if (!isOurs && next !== undefined) return next();
    void this.#answer(exchange, whole);
  }

  async #answer(exchange: Exchange, whole: string): Promise<void> {
    let answer: PageAnswer;
    try {
      answer = (await this.#isAllowed(exchange.hostRequest))
        ? await this.#find(exchange, whole)
        : answerRefusal(exchange);
    } catch (error) {
      answer = answerUnready(error);
    }
    const { status, headers, body } = answer;
    const length = status === 304 ? {} : { 'content-length': String(body.byteLength) };
    try {
      exchange.respond(status, { ...headers, ...length }, body, patience);
    } catch {
      // A function of the host's around its response.
      exchange.destroy();
    }
  }

  async #isAllowed(hostRequest: unknown): Promise<boolean> {
    try {
      // Not what is only as good as true: an object, say, that a database gave.
      return (await this.#parts.door.allow(hostRequest)) === true;
    } catch (error) {
      this.#tell(error);
      return false;
    }
  }

  /** Once: whoever runs the host is to know why nobody is let in. */
  #tell(error: unknown): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const reason = error instanceof Error ? error.message : 'it threw something else than an error';
    process.emitWarning(`The function allow of dashboard() failed, and nobody is let in: ${reason}`, {
      type: 'VectorEngineWarning',
      code: 'VE_IDENTIFY_FAILED',
    });
  }

  async #find(exchange: Exchange, whole: string): Promise<PageAnswer> {
    const { path, method, headers } = exchange;
    const isPage = path === '/';
    const file = isPage ? undefined : (await loadPage()).files.get(path.slice('/assets/'.length));
    if (!isPage && file === undefined) return answerText(404, 'There is nothing here.');
    if (method !== 'GET' && method !== 'HEAD')
      return answerText(405, 'It can be read only.', { allow: 'GET, HEAD' });
    if (file !== undefined) return { status: 200, headers: { ...file.headers }, body: file.body };
    const redirection = slashed(whole, exchange.query);
    if (redirection !== undefined)
      return answerText(308, 'It is below this address.', { location: redirection });
    const { body, etag } = await (this.#document ??= this.#render());
    const isKnown = String(headers['if-none-match'] ?? '').includes(etag);
    const told = { ...documentHeaders, etag };
    return isKnown
      ? { status: 304, headers: told, body: Buffer.alloc(0) }
      : { status: 200, headers: told, body };
  }

  /** What could not be read once is read again. */
  async #render(): Promise<ReturnType<typeof renderDocument>> {
    try {
      return renderDocument(await loadPage(), this.#parts.title);
    } catch (error) {
      this.#document = undefined;
      throw error;
    }
  }
}

const documentHeaders = {
  ...safeHeaders,
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'private, no-cache',
};

/** What the gateway has below the mount. */
function isGatewayPath(path: string): boolean {
  return (
    path.startsWith('/admin/') || path.startsWith('/v1/') || path === '/openapi.json' || path === '/metrics'
  );
}

/**
 * Links on the page are relative to its mount, which must end with a slash. Where it does not: the address that does,
 * relative, too, because nobody here knows what a proxy has taken off.
 */
function slashed(whole: string, query: string): string | undefined {
  if (whole.endsWith('/')) return undefined;
  const name = whole.slice(whole.lastIndexOf('/') + 1);
  return `./${name}/${query === '' ? '' : `?${query}`}`;
}
