import type { GatewayError } from './errors.ts';
import { toGatewayError } from './errors.ts';
import type { Asker, Plan, Planner } from './plan-call.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, RequestFacts } from './protocol/call.ts';
import { type FailoverPolicy, failover } from './resilience/failover.ts';
import type { RequestScope } from './resilience/request-scope.ts';
import type { Fallbacks } from './routing/resolve-model.ts';

export interface SendingParts {
  readonly scope: RequestScope;
  readonly facts: RequestFacts;
  readonly policy: FailoverPolicy;
  readonly asker: Asker;
  readonly planner: Planner;
}

/** Sends a call where its plan says, and where none of that can do it, to the models that it goes on to, each once. */
export async function sendCall(call: Call, first: Plan, parts: SendingParts): Promise<Answer> {
  const tried = new Set([first.model]);
  for (let plan = first; ; ) {
    try {
      return await failover(call, plan.candidates, parts);
    } catch (thrown) {
      const error = toGatewayError(thrown);
      const next = nextModels(first.fallbacks, error).find((model) => !tried.has(model));
      if (next === undefined || parts.scope.cancelled !== undefined) throw error;
      tried.add(next);
      const replanned = parts.planner.plan(call, parts.asker, next);
      plan = replanned instanceof Promise ? await replanned : replanned;
    }
  }
}

/** In the order written; none where the failure is the caller's own, or its time is over. */
function nextModels(fallbacks: Fallbacks | undefined, { code, failure }: GatewayError): readonly string[] {
  if (fallbacks === undefined) return [];
  if (failure?.refusal === 'context-length') return fallbacks.contextLength;
  if (failure?.refusal === 'content-filter') return fallbacks.contentFilter;
  return isOutage(code, failure) ? fallbacks.outage : [];
}

function isOutage(code: GatewayError['code'], failure: GatewayError['failure']): boolean {
  if (code === 'VE_UPSTREAM_COOLING' || code === 'VE_TARGET_BUSY') return true;
  return code.startsWith('VE_UPSTREAM_') && failure !== undefined && failure.retry !== 'never';
}
