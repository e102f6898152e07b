import { problemOf } from '../dialects/shared/problem-of.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import { FlightRecord } from '../flight-record.ts';
import { jobFormatOf } from '../media/pick-media.ts';
import type { RequestRecord } from '../observe/request-record.ts';
import type { Asker, Plan, Planner } from '../plan-call.ts';
import type { Call, RequestFacts, TargetName } from '../protocol/call.ts';
import type { MediaOperation } from '../protocol/media.ts';
import type { TaskError, TaskRecord, TaskRequest } from '../protocol/task.ts';
import type { FailoverPolicy } from '../resilience/failover.ts';
import type { Lifecycle } from '../resilience/lifecycle.ts';
import type { RequestListener } from '../resilience/request-listener.ts';
import { sendCall } from '../send-call.ts';
import type { Upstreams } from '../settings/options.ts';
import type { Spending } from '../spending.ts';
import type { Creation } from '../tasks/creation.ts';

export interface CreateParts {
  readonly lifecycle: Lifecycle<RequestListener>;
  readonly policy: FailoverPolicy;
  readonly planner: Planner;
  readonly spending: Spending;
  readonly upstreams: Upstreams;
}

/** A job that is about to be made. */
export interface NewJob {
  readonly creation: Creation;
  readonly call: Call & { readonly operation: MediaOperation };
  readonly plan: Plan;
  readonly asker: Asker;
  readonly facts: RequestFacts;
  readonly record: RequestRecord;
  /** What is told of it whoever makes it. */
  readonly request: TaskRequest;
  /** What a chat model makes of the prompt, where the operator wants that; undefined: nothing to go on with. */
  readonly expand: (() => Promise<string | undefined>) | undefined;
}

/**
 * Asks for a job to be made, once, on behalf of nobody who could leave: it goes on when the caller has gone, since it may be
 * paid for by then.
 *
 * @throws GatewayError what the upstreams have refused it with, `VE_OUTCOME_UNKNOWN`, `VE_STORE_FAILED`
 */
export async function createJob(job: NewJob, parts: CreateParts): Promise<TaskRecord> {
  const { creation, call, plan, asker, facts, record, request, expand } = job;
  const { lifecycle, policy, planner, spending, upstreams } = parts;
  const scope = lifecycle.open(new FlightRecord(record));
  if (plan.total !== undefined) scope.allow(plan.total);
  try {
    const prompt = await expand?.();
    if (prompt !== undefined) call.media = { ...Object(call.media), prompt };
    call.beforeSending = async (target, key, dropped) => {
      const planned = { ...request, ...plannedAt(target, call, upstreams), dropped };
      await creation.sending({
        target,
        key,
        request: planned,
        hold: call.hold?.id,
        revisedPrompt: record.isTraceless ? undefined : prompt,
      });
      if (call.hold !== undefined) call.hold.isCarried = true;
    };
    const answer = await sendCall(call, plan, {
      scope,
      facts,
      policy,
      asker,
      planner,
      spending,
      isJob: true,
    });
    const report = answer.job?.report;
    if (report === undefined) throw new GatewayError('VE_OUTCOME_UNKNOWN');
    const task = await creation.created(report, record.trail);
    if (task === undefined) throw new GatewayError('VE_STORE_FAILED');
    return task;
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (error.code === 'VE_STORE_FAILED') throw error;
    if (error.code === 'VE_OUTCOME_UNKNOWN' || error.code === 'VE_INTERNAL') await creation.lost();
    else await creation.refused(toTaskError(error));
    throw error;
  } finally {
    scope.end();
  }
}

/** What will be made at a target, as far as it is known before. */
export function plannedAt(
  { upstream, model }: TargetName,
  { operation, media }: Pick<NewJob['call'], 'operation' | 'media'>,
  upstreams: Upstreams,
): TaskRequest {
  const speech = upstreams[upstream]?.jobs(operation, model);
  if (speech === undefined) return {};
  const { seconds, width, height, adjusted } = jobFormatOf(operation, speech).plan(media, model);
  return { seconds, width, height, adjusted };
}

function toTaskError(error: GatewayError): TaskError {
  const { code, details, failure } = error;
  const filtered = failure?.refusal === 'content-filter';
  // What is said of a budget is half a sentence.
  const reason = details.budget === undefined ? details.reason : problemOf(error).message;
  const message = reason ?? `It could not be begun (${details.upstreamStatus ?? code}).`;
  return { code: filtered ? 'content_filtered' : code.toLowerCase(), message, ...(filtered && { filtered }) };
}
