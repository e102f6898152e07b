import { isTraceless, type TracelessRule } from './access/is-traceless.ts';
import type { RequestRecord } from './observe/request-record.ts';
import type { RequestHeaders } from './protocol/exchange.ts';
import type { Principal } from './protocol/principal.ts';
import { readTags } from './protocol/read-tags.ts';
import type { BodyRules } from './read-request.ts';
import type { RequestScope } from './resilience/request-scope.ts';

/** Who asks, before anything of a body is read. */
export interface Caller {
  readonly principal: Principal | undefined;
  readonly headers: RequestHeaders;
  /** It asks for more than what the gateway knows by itself. */
  readonly isCall: boolean;
}

/** What stands in front of a request. */
export interface Gate {
  readonly traceless: TracelessRule;
  /** Everybody may call, and nobody is told apart. */
  readonly isOpen: boolean;
  /** Undefined where the books keep up; else a promise that they do. */
  readonly ready: (() => Promise<void> | undefined) | undefined;
  /** Takes a request from what its caller may have, and gives back the place that it had; undefined where nothing is limited. */
  readonly admit:
    | ((principal: Principal | undefined, id: string) => Promise<Admission> | undefined)
    | undefined;
}

export interface Admission {
  leave(): void;
}

/**
 * Lets a request in, of a caller who is known: it is written down from now on, whatever becomes of it, and counted.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` for a header, `VE_RATE_LIMITED`
 */
export async function admitCaller(
  { principal, headers, isCall }: Caller,
  { record, scope }: { readonly record: RequestRecord; readonly scope: RequestScope },
  gate: Gate,
): Promise<void> {
  const traceless = isTraceless(gate.traceless, principal, headers);
  const isKnown = principal !== undefined || gate.isOpen;
  record.asks({ principal, tags: readTags(headers), traceless, isBooked: isCall && isKnown });
  if (!isCall) return;
  const waiting = gate.ready?.();
  if (waiting !== undefined) await scope.outlast(() => waiting);
  const admitting = gate.admit?.(principal, record.id);
  if (admitting === undefined) return;
  // Also what is let in when its caller has gone gives its place back.
  const admitted = admitting.then((admission) => scope.atEnd(() => admission.leave()));
  await scope.outlast(() => admitted);
}

/** Of what may leave no trace, nothing is written to the disk. */
export function rulesFor(body: BodyRules, { isTraceless: leavesNone }: RequestRecord): BodyRules {
  return leavesNone ? { ...body, uploads: { ...body.uploads, spool: false } } : body;
}
