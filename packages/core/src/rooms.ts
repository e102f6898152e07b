import type { Entry } from './access/access.ts';
import type { Gate } from './admit-caller.ts';
import type { LocalRooms } from './answer-locally.ts';
import type { ContentKeeper } from './capture-content.ts';
import type { RouteTable } from './http/native-routes.ts';
import type { JobDoor } from './jobs/job-door.ts';
import type { NativeRoom } from './native/native-room.ts';
import type { Observer } from './observe/observer.ts';
import type { Planner } from './plan-call.ts';
import type { BodyRules } from './read-request.ts';
import type { FailoverPolicy } from './resilience/failover.ts';
import type { Lifecycle } from './resilience/lifecycle.ts';
import type { RequestListener } from './resilience/request-listener.ts';
import type { Guards } from './run-guards.ts';
import type { CacheRoom } from './serve-cached.ts';
import type { Spending } from './spending.ts';
import type { Tracing } from './tracing/tracing.ts';

/** What the pass needs of the rooms; `create-gateway.ts` puts it together. */
export interface Rooms {
  readonly observer: Observer;
  readonly lifecycle: Lifecycle<RequestListener>;
  readonly policy: FailoverPolicy;
  /** Who may call. */
  readonly access: Entry;
  readonly gate: Gate;
  readonly body: BodyRules;
  /** Another dialect than OpenAI's is spoken, or something is looked at in a question or an answer: the codecs are needed. */
  readonly readsChats: boolean;
  /** Milliseconds that a caller may take nothing of an answer. */
  readonly patience: number;
  /** Who pays for calls. */
  readonly spending: Spending;
  /** Undefined where the operator has no functions of his own around calls. */
  readonly guards: Guards | undefined;
  /** Undefined where nothing is kept of what is asked and answered. */
  readonly contents: ContentKeeper | undefined;
  /** Undefined where the operator wants no traces. */
  readonly tracing: Tracing | undefined;
  /** Where calls can go. */
  readonly planner: Planner;
  /** Undefined where nothing is cached. */
  readonly cache: CacheRoom | undefined;
  /** What is made in jobs. */
  readonly jobs: JobDoor;
  /** What is not read. */
  readonly native: NativeRoom;
  readonly routes: RouteTable;
  /** What the gateway answers by itself. */
  readonly local: LocalRooms;
}
