import type { CallHead } from '../dialects/read-call.ts';
import type { Exchange } from '../protocol/exchange.ts';
import { isMedia } from '../protocol/media.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { decodeId } from './local-answers.ts';
import type { CallRoute } from './route-table.ts';

/** What is known of a call before its body is read. `id`: what stood in the path for the model. @throws GatewayError `VE_PATH_INVALID` */
export function readCallHead(
  exchange: Exchange,
  { path, operation, dialect, face }: CallRoute,
  id: string | undefined,
): CallHead {
  const head = { operation, dialect, headers: forwardedHeaders(exchange.headers, dialect) };
  if (id === undefined) return isMedia(operation) ? { ...head, base: exchange.base, face } : head;
  const stream = path.endsWith(':streamGenerateContent');
  const wantsArray = stream && new URLSearchParams(exchange.query).get('alt') !== 'sse';
  return { ...head, model: decodeId(id), stream, wantsArray };
}
