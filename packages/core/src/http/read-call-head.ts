import type { CallHead } from '../dialects/read-call.ts';
import type { Exchange } from '../protocol/exchange.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { decodeId } from './local-answers.ts';
import type { CallRoute } from './route-table.ts';

/** What is known of a call before its body is read. `id`: what stood in the path for the model. @throws GatewayError `VE_PATH_INVALID` */
export function readCallHead(
  { headers, query }: Exchange,
  { path, operation, dialect }: CallRoute,
  id: string | undefined,
): CallHead {
  const head = { operation, dialect, headers: forwardedHeaders(headers, dialect) };
  if (id === undefined) return head;
  const stream = path.endsWith(':streamGenerateContent');
  const wantsArray = stream && new URLSearchParams(query).get('alt') !== 'sse';
  return { ...head, model: decodeId(id), stream, wantsArray };
}
