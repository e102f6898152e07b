import type { IncomingMessage } from 'node:http';
import type { AdminDoor, Gateway } from '@vector-engine/core';
import {
  checkPrefix,
  FetchExchange,
  NodeExchange,
  type NodeRequest,
  type NodeResponse,
  pathBelowMount,
} from '@vector-engine/core/adapter';
import { type KoaContext, KoaExchange } from './koa-exchange.ts';
import { PageDesk } from './page-desk.ts';
import { readOptions } from './read-options.ts';

export interface DashboardOptions<HostRequest = IncomingMessage> {
  /**
   * Who may see and change everything, of all tenants: whether your own login says so of this request. Only `true` lets in;
   * anything else, and what it throws, is a 403.
   */
  readonly allow: (request: HostRequest) => boolean | null | undefined | Promise<boolean | null | undefined>;
  /** For whom models are tried in the playground. Default: `{ id: 'dashboard' }`. */
  readonly principal?: AdminDoor<HostRequest>['principal'];
  /** The name of the page. Default: `Vector Engine`. */
  readonly title?: string;
}

/** Middleware of Express and Connect, and a listener of `node:http`. */
export interface Dashboard {
  (request: NodeRequest, response: NodeResponse, next?: (error?: unknown) => void): void;
  /** For hosts that hand `Request`s: Next.js, Hono. `prefix`: where the page is, `/gateway`. Default: the root. */
  readonly fetch: (request: Request, place?: { readonly prefix?: string }) => Promise<Response>;
  /** Middleware of Koa. `prefix`: where the page is, `/gateway`; not needed under koa-mount. */
  readonly koa: (prefix?: string) => (context: KoaContext, next: () => Promise<unknown>) => Promise<void>;
}

/**
 * The usage page: `app.use('/gateway', dashboard(gateway, { allow: (request) => request.user?.isAdmin }))`. Below its mount
 * are the page, and the gateway's routes for operators; nobody whom `allow` does not let in sees any of it.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that names the option and says the cure
 */
export function dashboard<HostRequest = IncomingMessage>(
  gateway: Pick<Gateway, 'behind'>,
  options: DashboardOptions<HostRequest>,
): Dashboard {
  const { door, title } = readOptions(gateway, options);
  const desk = new PageDesk({ door, title, gateway: gateway.behind(door) });
  const handler = (request: NodeRequest, response: NodeResponse, next?: (error?: unknown) => void): void => {
    const { url = '/' } = request;
    const whole = originalUrl(request) ?? url;
    const path = pathOf(url);
    // What is above the mount is the host's, and so is what is beside the page where it is mounted at the root.
    const isOwnGround = next === undefined || whole !== url;
    const exchange = new NodeExchange({ request, response, path, isOwnGround: false, hostRequest: request });
    desk.serve({ exchange, whole: pathOf(whole), next: isOwnGround ? undefined : next });
  };
  return Object.assign(handler, { fetch: fetchOf(desk), koa: koaOf(desk) });
}

function fetchOf(desk: PageDesk): Dashboard['fetch'] {
  return async (request, place) => {
    const prefix = checkPrefix(place?.prefix ?? '');
    const { pathname } = new URL(request.url);
    const exchange = new FetchExchange(request, pathOf(pathBelowMount(prefix, pathname) ?? '/-'));
    desk.serve({ exchange, whole: pathname, next: undefined });
    return exchange.response;
  };
}

function koaOf(desk: PageDesk): Dashboard['koa'] {
  return (prefix) => {
    if (prefix !== undefined) checkPrefix(prefix);
    return async (context, next) => {
      const path = pathBelowMount(prefix ?? '', context.path);
      if (path === undefined) {
        await next();
        return;
      }
      const whole = pathOf(context.originalUrl);
      const isOwnGround = (prefix ?? '') !== '' || whole !== context.path;
      const exchange = new KoaExchange(context, pathOf(path));
      desk.serve({ exchange, whole, next: isOwnGround ? undefined : () => exchange.pass() });
      const outcome = await exchange.outcome;
      if (outcome === 'passed') await next();
      // The caller has gone.
      if (outcome === 'abandoned') context.status = 499;
    };
  };
}

/** What the host's routers have taken off, with it. */
function originalUrl(request: object): string | undefined {
  return 'originalUrl' in request && typeof request.originalUrl === 'string'
    ? request.originalUrl
    : undefined;
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return path === '' ? '/' : path;
}
