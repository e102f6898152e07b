import { renderError } from '../dialects/openai-chat/word-error.ts';
import { GatewayError } from '../errors.ts';
import type { ExchangeHandler } from '../protocol/exchange.ts';
import { FetchExchange } from './fetch-exchange.ts';
import { matchRoute } from './route-table.ts';

/** The type of the global `fetch`: usable wherever a vendor's SDK takes one. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The gateway as a `fetch`, or as a handler of `Request`s; no socket is involved, and the host name does not matter. */
export function toFetch(gateway: ExchangeHandler, match?: typeof matchRoute): Fetch {
  return async (input, init) => {
    const request = input instanceof Request && init === undefined ? input : new Request(input, init);
    const exchange = new FetchExchange(request, pathOfFamily(new URL(request.url).pathname, match));
    if (!gateway.handle(exchange)) {
      const { status, headers, body } = renderError(new GatewayError('VE_ROUTE_NOT_FOUND'));
      exchange.respond(status, headers, body);
    }
    return exchange.response;
  };
}

/** A route handler sees the whole path (`/api/ai/v1/models`): the gateway's own part is the first that is a route. */
export function pathOfFamily(path: string, match: typeof matchRoute = matchRoute): string {
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    if (match(path.slice(at)) !== undefined) return path.slice(at);
  }
  return path;
}
