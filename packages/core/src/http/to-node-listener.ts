import { renderError } from '../dialects/openai-chat/word-error.ts';
import { GatewayError } from '../errors.ts';
import type { ExchangeHandler } from '../protocol/exchange.ts';
import { checkPrefix, pathBelowMount } from './mount-path.ts';
import { NodeExchange, type NodeRequest, type NodeResponse } from './node-exchange.ts';
import { writeAnswer } from './write-answer.ts';

export interface NodeListenerOptions {
  /** Where the gateway is mounted: `/ai`. Default: at the root, with `/v1` below it. */
  readonly prefix?: string;
}

/** With a `next`, what is not the gateway's goes there; without, it is a 404. */
export type NodeListener = (request: NodeRequest, response: NodeResponse, next?: () => void) => void;

/** The gateway as a listener of `node:http`, `node:https` or `node:http2`, or as connect-style middleware. */
export function toNodeListener(gateway: ExchangeHandler, options: NodeListenerOptions = {}): NodeListener {
  const prefix = checkPrefix(options.prefix ?? '');
  return (request, response, next) => {
    const path = pathBelowMount(prefix, request.url ?? '/');
    const isOwnGround = prefix !== '' || next === undefined;
    const exchange = new NodeExchange({
      request,
      response,
      path: path ?? '',
      isOwnGround,
      hostRequest: request,
    });
    if (path !== undefined && gateway.handle(exchange)) return;
    if (next !== undefined) return next();
    const { status, headers, body } = renderError(new GatewayError('VE_ROUTE_NOT_FOUND'));
    writeAnswer(exchange, { status, headers: { ...headers }, body }, Number.POSITIVE_INFINITY);
  };
}
