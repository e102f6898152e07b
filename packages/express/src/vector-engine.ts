import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  type ModelName,
  type Upstreams,
} from '@vector-engine/core';
import { NodeExchange, pathBelowMount } from '@vector-engine/core/adapter';
import type { NextFunction, Request, Response } from 'express';

/** The gateway's options; `identify` is given Express's own request, with whatever your middleware put there. */
export type ExpressGatewayOptions<U extends Upstreams, Name extends string> = GatewayOptions<
  Request,
  U,
  Name
>;

/** Express middleware, with the gateway behind it at hand for events, stats and `close()`. */
export interface VectorEngineHandler<Name extends string = string> {
  (request: Request, response: Response, next: NextFunction): void;
  readonly gateway: Gateway<Name>;
}

/**
 * Mounts a gateway: `app.use('/v1', vectorEngine({ … }))`, or below any other prefix, with `/v1` below that. A path that is
 * not the gateway's goes on to `next()`. Mount it before body parsers: what they have read is used, as far as they kept it.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that names the option and says the cure.
 */
export function vectorEngine<const U extends Upstreams, Name extends string = never>(
  options: ExpressGatewayOptions<U, Name>,
): VectorEngineHandler<ModelName<U, Name>>;
export function vectorEngine<Name extends string>(gateway: Gateway<Name>): VectorEngineHandler<Name>;
export function vectorEngine(optionsOrGateway: GatewayOptions<Request> | Gateway): VectorEngineHandler {
  const gateway = 'handle' in optionsOrGateway ? optionsOrGateway : createGateway(optionsOrGateway);
  const handler = (request: Request, response: Response, next: NextFunction): void => {
    const { baseUrl } = request;
    const path = pathBelowMount(baseUrl, wholeUrl(request)) ?? '';
    const isOwnGround = baseUrl !== '';
    const exchange = new NodeExchange({ request, response, path, isOwnGround, hostRequest: request });
    if (!gateway.handle(exchange)) next();
  };
  return Object.assign(handler, { gateway });
}

/** Express 4 swallows a slash that is doubled at the mount (`/ai//v1`); the path is to be judged as it came. */
function wholeUrl({ baseUrl, originalUrl, url }: Request): string {
  const lostSlash =
    originalUrl.length === baseUrl.length + 1 + url.length && originalUrl.startsWith(`${baseUrl}//`);
  return lostSlash ? originalUrl : baseUrl + url;
}
