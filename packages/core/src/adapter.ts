/**
 * What an adapter for another framework is made of: an `Exchange` for each request, handed to `gateway.handle`.
 */
export { FetchExchange } from './http/fetch-exchange.ts';
export { checkPrefix, pathBelowMount } from './http/mount-path.ts';
export {
  NodeExchange,
  type NodeExchangeParts,
  type NodeRequest,
  type NodeResponse,
} from './http/node-exchange.ts';
export { endResponse, pipeToResponse, type WholeAnswer } from './http/node-response.ts';
export type { HeaderMap } from './protocol/answer.ts';
export type { Exchange, ExchangeHandler, RequestHeaders } from './protocol/exchange.ts';
export type { ByteSink, ByteStream } from './stream/byte-stream.ts';
