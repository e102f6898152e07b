import type { Admission } from './access/admission.ts';
import { isTraceless, type TracelessRule } from './access/is-traceless.ts';
import type { LimitDesk } from './access/limit-desk.ts';
import type { RequestRecord } from './observe/request-record.ts';
import type { Dialect } from './protocol/call.ts';
import type { RequestHeaders } from './protocol/exchange.ts';
import type { Principal } from './protocol/principal.ts';
import { readTags } from './protocol/read-tags.ts';
import type { BodyRules } from './read-request.ts';
import type { RequestScope } from './resilience/request-scope.ts';

/** Who asks, before anything of a body is read. */
export interface Caller {
  readonly principal: Principal | undefined;
  readonly headers: RequestHeaders;
  readonly dialect: Dialect;
  /** It asks for more than what the gateway knows by itself. */
  readonly isCall: boolean;
  /** The gateway asks by itself, on behalf of a caller who was let in. */
  readonly isInner?: boolean;
}

/** What stands in front of a request. */
export interface Gate {
  readonly traceless: TracelessRule;
  /** Everybody may call, and nobody is told apart. */
  readonly isOpen: boolean;
  /** Undefined where the books keep up; else a promise that they do. */
  readonly ready: () => Promise<void> | undefined;
  /** Undefined where nothing is limited. */
  readonly limits: LimitDesk | undefined;
}

/**
 * Lets a request in, of a caller who is known: it is written down from now on, whatever becomes of it, and counted. Undefined
 * where nothing limits the caller.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` for a header, `VE_RATE_LIMITED`
 */
export async function admitCaller(
  { principal, headers, dialect, isCall, isInner = false }: Caller,
  { record, scope }: { readonly record: RequestRecord; readonly scope: RequestScope },
  gate: Gate,
): Promise<Admission | undefined> {
  const traceless = isTraceless(gate.traceless, principal, headers);
  const isKnown = principal !== undefined || gate.isOpen;
  record.asks({ principal, tags: readTags(headers), traceless, isBooked: isCall && isKnown });
  if (!isCall) return undefined;
  const admission = gate.limits?.open(principal);
  // Also what is let in when its caller has gone gives its place back.
  if (admission !== undefined)
    scope.atEnd(() => {
      admission.leave();
      admission.settleTokens(record.tokens);
    });
  if (isInner) return admission;
  const waiting = gate.ready();
  if (waiting !== undefined) await scope.outlast(() => waiting);
  if (admission === undefined) return undefined;
  record.limitedBy(admission, dialect);
  if (scope.cancelled !== undefined) throw scope.cancelled;
  const entering = admission.enter();
  if (entering !== undefined) await scope.outlast(() => entering);
  return admission;
}

/** Of what may leave no trace, nothing is written to the disk. */
export function rulesFor(body: BodyRules, { isTraceless: leavesNone }: RequestRecord): BodyRules {
  return leavesNone ? { ...body, uploads: { ...body.uploads, spool: false } } : body;
}
