import type { RecordedRequest } from '../../server/record-request.ts';

/** How one job goes. All times are milliseconds. */
export interface JobPlan {
  /** From its creation to its end; default the server's `jobTime`. The first tenth is spent in the queue. */
  readonly takes?: number;
  /** How it ends; default it succeeds. */
  readonly ends?: JobEnd;
  /** What becomes of the request that creates it; default it is answered. */
  readonly creation?: CreationTrouble;
  /** Polls that arrive `from` (default 0) to `until` (default for ever) after its creation get this status. */
  readonly polls?: { readonly status: number; readonly from?: number; readonly until?: number };
  readonly file?: FilePlan;
}

export type JobEnd =
  | { readonly type: 'success' }
  /** In the vendor's words, unless these are given. */
  | { readonly type: 'failure'; readonly code?: string; readonly message?: string }
  /** The vendor's filter takes the result away, or `count` results of several (default all). */
  | { readonly type: 'filtered'; readonly count?: number }
  /** The vendor forgets the job: polls say that there is none. */
  | { readonly type: 'lost' };

export type CreationTrouble =
  /** Refused in the vendor's words; no job is made. */
  | { readonly type: 'status'; readonly status: number }
  /** The job is made, and then the connection is reset before any byte of the answer. */
  | { readonly type: 'reset' }
  /** The job is made, and then there is no answer. */
  | { readonly type: 'hang' };

interface FilePlan {
  /** It is gone this long after the job's end; default never. */
  readonly expiresAfter?: number;
  /** What is answered where it is gone; default as the vendor answers for files that it does not have. */
  readonly status?: number;
  /** It is padded to so many bytes, behind the video's end and still playable: for what must not be held in memory. */
  readonly bytes?: number;
}

/** Decides per creation. `index` counts the creations since `plan` was called, from 0. */
export type JobPlanner = (request: RecordedRequest, index: number) => JobPlan | undefined;
