import { isContinuable } from './continuation/can-continue.ts';
import { sendContinuable } from './continue-answer.ts';
import { isFiltered } from './dialects/is-filtered.ts';
import { type GatewayError, toGatewayError } from './errors.ts';
import type { Asker, Plan, Planner } from './plan-call.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, RequestFacts } from './protocol/call.ts';
import { type FailoverPolicy, failover } from './resilience/failover.ts';
import type { RequestScope } from './resilience/request-scope.ts';
import type { Fallbacks } from './routing/resolve-model.ts';
import type { Payment, Spending } from './spending.ts';

export interface SendingParts {
  readonly scope: RequestScope;
  readonly facts: RequestFacts;
  readonly policy: FailoverPolicy;
  readonly asker: Asker;
  readonly planner: Pick<Planner, 'plan'>;
  /** Undefined where nobody is asked to pay for it. */
  readonly spending: Spending | undefined;
  readonly isJob?: boolean;
  readonly onClamped?: () => void;
}

/** How a model did: an answer that its vendor's filter has stopped is one all the same. */
type Outcome = { readonly answer: Answer } | { readonly error: GatewayError };

/** Sends a call where its plan says, and where none of that can do it, to the models that it goes on to, each once. */
export function sendCall(call: Call, first: Plan, parts: SendingParts): Promise<Answer> {
  const paying = parts.spending?.open(call, first, parts);
  return paying instanceof Promise
    ? parts.scope.outlast(() => paying).then((payment) => sendPaid(call, first, paidWith(payment, parts)))
    : sendPaid(call, first, paying === undefined ? parts : paidWith(paying, parts));
}

/** Written out: every call comes by here. */
function paidWith(payment: Payment, { scope, facts, policy, asker, planner }: SendingParts): PaidParts {
  return { scope, facts, policy, asker, planner, payment };
}

function sendPaid(call: Call, first: Plan, parts: PaidParts): Promise<Answer> {
  const { fallbacks } = first;
  return fallbacks === undefined
    ? sendPlanned(call, first, parts)
    : sendOn(call, first, { ...parts, fallbacks });
}

interface PaidParts extends Pick<SendingParts, 'scope' | 'facts' | 'policy' | 'asker' | 'planner'> {
  /** Undefined where the caller has no budget. */
  readonly payment?: Payment;
}

async function sendOn(
  call: Call,
  first: Plan,
  { fallbacks, ...parts }: PaidParts & { readonly fallbacks: Fallbacks },
): Promise<Answer> {
  const tried = new Set([first.model]);
  const { scope } = parts;
  let outcome = await attempt(call, first, parts);
  let last = outcome;
  let answered = scope.current;
  let next = nextModel(call, last, { fallbacks, tried });
  while (next !== undefined && scope.cancelled === undefined) {
    tried.add(next);
    const plan = await planFor(call, next, parts);
    // One that has no way to do it is passed over: what went wrong before is still what the caller is to know.
    if (plan !== undefined) {
      last = await attempt(call, plan, parts);
      // What a vendor has answered is more than that another could not.
      if ('answer' in last || 'error' in outcome) {
        outcome = last;
        answered = scope.current;
      }
    }
    next = nextModel(call, last, { fallbacks, tried });
  }
  if ('error' in outcome) throw outcome.error;
  if (answered !== undefined && answered !== scope.current) scope.goBack(answered);
  return outcome.answer;
}

/**
 * Where a model that the call goes on to would be served; undefined where it cannot be. A router may be asked for that: it
 * has no longer than the call.
 */
async function planFor(
  call: Call,
  model: string,
  { scope, planner, asker, payment }: PaidParts,
): Promise<Plan | undefined> {
  try {
    const planned = planner.plan(call, asker, model);
    const plan = planned instanceof Promise ? await scope.outlast(() => planned) : planned;
    const isAble = !plan.candidates.isEmpty && plan.isKept === call.isBackground;
    // A dearer model is gone on to where the caller's budget has room for it.
    const isPaid = isAble && (payment === undefined || (await payment.covers(call, plan)));
    return isPaid ? plan : undefined;
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (impassable.has(error.code)) return undefined;
    throw error;
  }
}

/** A model that is not there, cannot do it, or is where the call may not go. */
const impassable: ReadonlySet<string> = new Set([
  'VE_OPERATION_UNSUPPORTED',
  'VE_MODEL_NOT_FOUND',
  'VE_FORBIDDEN',
]);

async function attempt(call: Call, plan: Plan, parts: PaidParts): Promise<Outcome> {
  try {
    return { answer: await sendPlanned(call, plan, parts) };
  } catch (thrown) {
    return { error: toGatewayError(thrown) };
  }
}

function sendPlanned(call: Call, plan: Plan, sending: PaidParts): Promise<Answer> {
  const { payment } = sending;
  const { candidates, hedging, isContinued } = plan;
  const parts = hedging === undefined ? sending : { ...sending, hedging };
  const affords = payment && (() => payment.covers(call, plan));
  return isContinued === true && isContinuable(call)
    ? sendContinuable(call, candidates, { ...parts, affords })
    : failover(call, candidates, parts);
}

interface Way {
  readonly fallbacks: Fallbacks;
  readonly tried: ReadonlySet<string>;
}

function nextModel(call: Call, outcome: Outcome, { fallbacks, tried }: Way): string | undefined {
  return modelsAfter(call, outcome, fallbacks).find((model) => !tried.has(model));
}

/** In the order written; none where the call was answered, or the failure is the caller's own. */
function modelsAfter(call: Call, outcome: Outcome, fallbacks: Fallbacks): readonly string[] {
  if ('answer' in outcome) {
    const { body } = outcome.answer;
    const isStopped =
      body instanceof Uint8Array && call.operation === 'chat' && isFiltered(call.dialect, body);
    return isStopped ? fallbacks.contentFilter : [];
  }
  const { failure } = outcome.error;
  if (failure?.refusal === 'context-length') return fallbacks.contextLength;
  if (failure?.refusal === 'content-filter') return fallbacks.contentFilter;
  return isOutage(outcome.error) ? fallbacks.outage : [];
}

function isOutage({ code, failure }: GatewayError): boolean {
  if (code === 'VE_UPSTREAM_COOLING' || code === 'VE_TARGET_BUSY') return true;
  return code.startsWith('VE_UPSTREAM_') && failure !== undefined && failure.retry !== 'never';
}
