import { GatewayError } from '../errors.ts';
import type { Answer, HeaderMap } from '../protocol/answer.ts';
import { allowedMethods } from './check-head.ts';
import type { RouteMatch } from './route-table.ts';

/** What the gateway answers by itself, without an upstream. */
function answerLocally(status: number, headers: HeaderMap, text: string): Answer {
  return { kind: 'verbatim', status, headers, body: Buffer.from(text) };
}

export function answerJson(value: object): Answer {
  return answerLocally(200, { 'content-type': 'application/json' }, JSON.stringify(value));
}

export function answerOptions(match: RouteMatch | undefined): Answer {
  const methods = match === undefined ? [] : allowedMethods(match);
  return answerLocally(204, { allow: [...methods, 'OPTIONS'].join(', ') }, '');
}

/** @throws GatewayError `VE_PATH_INVALID` */
export function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new GatewayError('VE_PATH_INVALID');
  }
}
