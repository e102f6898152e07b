import type { Admission } from './access/admission.ts';
import type { RequestRecord } from './observe/request-record.ts';
import type { Asker } from './plan-call.ts';
import type { Dialect, Priority } from './protocol/call.ts';
import type { Exchange } from './protocol/exchange.ts';
import type { Principal } from './protocol/principal.ts';
import type { RequestScope } from './resilience/request-scope.ts';

/** Who asks, and what belongs to the request while it is under way. */
export interface Asking {
  readonly asker: Asker;
  readonly priority: Priority;
  readonly record: RequestRecord;
  readonly scope: RequestScope;
  /** Where its tokens are counted; undefined where nothing limits the caller. */
  readonly admission: Admission | undefined;
}

/** What belongs to a request while it is under way. */
export type Passing = Pick<Asking, 'record' | 'scope'>;

/** How its answer is given. */
export interface Ending extends Passing {
  /** In which it is refused. */
  readonly dialect: Dialect;
  /** It is for one caller's eyes. */
  readonly isUnkept: boolean;
}

/** What was found out before. */
export interface Known {
  readonly principal: Principal | undefined;
  /** The gateway asks by itself, on behalf of a caller: any model of the operator's may be named. */
  readonly isOwn: boolean;
}

/** What brought the call, and the way to answer another in its stead later. */
export interface Brought extends Asking {
  readonly exchange: Exchange;
  /** `isOwn`: any model of the operator's may be named. */
  readonly goOn: (inner: Exchange, isOwn?: boolean) => void;
  readonly isOwn: boolean;
  /** The gateway asks by itself, on behalf of a caller: what is said was looked at. */
  readonly isInner: boolean;
}
