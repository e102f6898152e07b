import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  type ModelName,
  type Upstreams,
} from '@vector-engine/core';
import { checkPrefix, pathBelowMount } from '@vector-engine/core/adapter';
import type { Context, Next } from 'koa';
import { KoaExchange } from './koa-exchange.ts';

/** The gateway's options; `identify` is given Koa's context, with whatever your middleware put there. */
export type KoaGatewayOptions<U extends Upstreams, Name extends string> = GatewayOptions<Context, U, Name>;

export interface MountOptions {
  /** Where the gateway is: `/ai`, with `/v1` below it, or `/v1` itself. Not needed under koa-mount. Default: the root. */
  readonly prefix?: string;
}

/** Koa middleware, with the gateway behind it at hand for events, stats and `close()`. */
export interface VectorEngineMiddleware<Name extends string = string> {
  (context: Context, next: Next): Promise<void>;
  readonly gateway: Gateway<Name>;
}

/**
 * Mounts a gateway: `app.use(vectorEngine({ … }, { prefix: '/ai' }))`. A path that is not the gateway's goes on to
 * `next()`. The answer goes through the context: outer middleware sees status, headers and body before they are sent.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that names the option and says the cure.
 */
export function vectorEngine<const U extends Upstreams, Name extends string = never>(
  options: KoaGatewayOptions<U, Name>,
  mount?: MountOptions,
): VectorEngineMiddleware<ModelName<U, Name>>;
export function vectorEngine<Name extends string>(
  gateway: Gateway<Name>,
  mount?: MountOptions,
): VectorEngineMiddleware<Name>;
export function vectorEngine(
  optionsOrGateway: GatewayOptions<Context> | Gateway,
  mount: MountOptions = {},
): VectorEngineMiddleware {
  const gateway = 'handle' in optionsOrGateway ? optionsOrGateway : createGateway(optionsOrGateway);
  if (mount.prefix !== undefined) checkPrefix(mount.prefix);
  const middleware = async (context: Context, next: Next): Promise<void> => {
    const mountPath = mountPathOf(context);
    const prefix = mount.prefix ?? mountPath;
    const path = pathBelowMount(prefix, mount.prefix === undefined ? mountPath + context.path : context.path);
    if (path === undefined) return next();
    const exchange = new KoaExchange(context, { path, isOwnGround: prefix !== '' && prefix !== '/' });
    if (!gateway.handle(exchange)) return next();
    if (!(await exchange.answered)) context.status = 499;
  };
  return Object.assign(middleware, { gateway });
}

/** koa-mount takes its prefix off the path and leaves it in the context, where it stays for what comes after the mount. */
function mountPathOf(context: Context): string {
  if (!('mountPath' in context) || typeof context.mountPath !== 'string') return '';
  const [whole = ''] = context.originalUrl.split('?');
  return whole.endsWith(context.mountPath + context.path) ? context.mountPath : '';
}
