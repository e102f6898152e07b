import type { Call, Dialect } from '../protocol/call.ts';
import type { Outgoing } from './egress.ts';
import type { Sending } from './sending.ts';
import type { Upstream } from './upstream.ts';

/** Whom a call is for, and how it is spoken to there. */
export interface Addressee {
  readonly upstream: Upstream;
  /** The model's name there. */
  readonly model: string;
  readonly dialect: Dialect;
}

/** Where the upstream has the operation; undefined where it does not have it. */
export function pathOf(
  { operation, stream }: Pick<Call, 'operation' | 'stream'>,
  { upstream, model, dialect }: Addressee,
): string | undefined {
  return upstream.path(operation, model, { stream, dialect });
}

/** Where a call goes. `path`: where the upstream has its operation. What is asked of something that it keeps stands below that. */
export function addressOf(
  call: Call,
  path: string,
  { sending, ...addressee }: Addressee & { readonly sending: Sending },
): Pick<Outgoing, 'method' | 'path'> {
  const { stored, native, operation, stream } = call;
  const { below = '', path: own, flows = stream } = sending;
  const { upstream, model } = addressee;
  if (native?.url !== undefined)
    return { method: native.method, path: native.url.pathname + native.url.search };
  const kept = stored ?? native;
  if (kept !== undefined) return { method: kept.method, path: path + kept.path };
  if (own !== undefined) return { method: 'POST', path: (upstream.path('native', model) ?? '') + own };
  const at = flows === stream ? path : (pathOf({ operation, stream: flows }, addressee) ?? path);
  return { method: 'POST', path: at + below };
}
