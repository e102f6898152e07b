import type { RecordedRequest } from '../../server/record-request.ts';
import type { JobPlan, JobPlanner } from './job-plan.ts';

export interface PlanSchedule {
  set(plan: JobPlan | readonly JobPlan[] | JobPlanner): void;
  /** The plan of this creation, using it up where there is one for each. */
  take(request: RecordedRequest): JobPlan;
}

export function schedulePlans(): PlanSchedule {
  let choose: JobPlanner = noPlan;
  let index = 0;
  return {
    set(plan) {
      index = 0;
      if (typeof plan === 'function') choose = plan;
      else choose = isList(plan) ? (_request, position) => plan[position] : () => plan;
    },
    take(request) {
      index += 1;
      return choose(request, index - 1) ?? {};
    },
  };
}

function noPlan(): undefined {
  return undefined;
}

function isList(plan: JobPlan | readonly JobPlan[]): plan is readonly JobPlan[] {
  return Array.isArray(plan);
}
