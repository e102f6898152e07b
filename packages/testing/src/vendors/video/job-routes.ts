import type { PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import type { Complaint } from '../dialect.ts';
import type { SimulatedJobs } from './simulated-jobs.ts';

/** The part of an OpenAI-style API that is about long-running jobs. */
export interface JobRoutes {
  readonly jobs: SimulatedJobs;
  /** `path`: without the query. `seed` differs for every request. Undefined where the path is none of these. */
  answer(
    request: RecordedRequest,
    place: { readonly path: string; readonly query: URLSearchParams; readonly seed: string },
  ): PlannedAnswer | Complaint | undefined;
  /** Files that are for everybody who has their address. */
  isPublic(path: string): boolean;
}
