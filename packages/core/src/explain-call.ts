import { checkPermission } from './access/check-permission.ts';
import { loadCodecs } from './dialects/load-codecs.ts';
import { readCall } from './dialects/read-call.ts';
import { readFormCall } from './dialects/read-form-call.ts';
import { GatewayError } from './errors.ts';
import { bodyKind, checkHead } from './http/check-head.ts';
import { FetchExchange } from './http/fetch-exchange.ts';
import { readCallHead } from './http/read-call-head.ts';
import type { ReceivedForm } from './http/read-form.ts';
import { readWishes } from './http/read-wishes.ts';
import { isLocal, isNative, matchRoute } from './http/route-table.ts';
import { pathOfFamily } from './http/to-fetch.ts';
import type { Plan, Planner } from './plan-call.ts';
import type { Call, Operation, TargetName } from './protocol/call.ts';
import { ownerOf, type Principal } from './protocol/principal.ts';
import { canStart, isAvailable } from './resilience/candidate.ts';
import { leastBadFirst } from './resilience/failover.ts';
import { expectedCost } from './routing/expected-cost.ts';
import type { Residency } from './routing/residency.ts';
import type { TargetCandidate } from './target-candidate.ts';

/** A target that a call would go to. */
export interface ExplainedTarget extends TargetName {
  /** Nano-dollars, for a question of this size and an answer of usual length; undefined where the price is not known. */
  readonly expectedCost: number | undefined;
  /** It is full, or this tenant has all of it that it may have: the call would wait in line. */
  readonly waits: boolean;
}

/** A target that a call would not go to, or, where every one is out, would go to all the same. */
export interface LeftOutTarget extends TargetName {
  /** `unsupported`: it has no address for this; `residency`: the call is bound to other upstreams; `window`: the question is too long for its model. */
  readonly reason:
    | 'unsupported'
    | 'residency'
    | 'window'
    | 'probe-failed'
    | 'breaker-open'
    | 'drained'
    | 'keys-resting'
    | 'out-of-turn';
}

/** Where a call would go, and why. */
export interface Explanation {
  readonly operation: Operation;
  /** As the caller names it. */
  readonly model: string;
  /** The one that serves; another where a router chose. */
  readonly servedBy: string;
  /** Tokens of the question, about. */
  readonly inputTokens: number;
  /** In the order in which they would be tried. */
  readonly candidates: readonly ExplainedTarget[];
  readonly leftOut: readonly LeftOutTarget[];
  /** Every target is out, and the first candidate is only the least bad: the one that may come back first. Why is in `leftOut`. */
  readonly isForced: boolean;
  /** Models that the call would go on to, by what goes wrong. */
  readonly fallbacks: Plan['fallbacks'];
}

export interface ExplainingParts {
  readonly planner: Planner;
  readonly bodyLimit: number;
  readonly uploads: { readonly limit: number; readonly spool: boolean };
  /** Knows what was said before. */
  readonly desk: { recall(call: Call, owner: string): Promise<void> };
}

/**
 * Says where a request would go; nothing is sent. `principal`: who is to be taken for the caller.
 *
 * @throws GatewayError what the caller would be refused with before anything is sent
 */
export async function explainCall(
  request: Request,
  principal: Principal | undefined,
  { planner, bodyLimit, uploads, desk }: ExplainingParts,
): Promise<Explanation> {
  await loadCodecs();
  await planner.loadFacts();
  const exchange = new FetchExchange(request, pathOfFamily(new URL(request.url).pathname));
  let form: ReceivedForm | undefined;
  try {
    const match = matchRoute(exchange.path);
    const route = checkHead(exchange, match);
    if (match === undefined || route === undefined || isLocal(route) || isNative(route))
      throw new GatewayError('VE_ROUTE_NOT_FOUND');
    readWishes(exchange.headers);
    const head = readCallHead(exchange, route, match.id);
    if (bodyKind(exchange.headers) === 'form') form = await receiveForm(exchange, uploads);
    const call =
      form === undefined
        ? readCall(await exchange.readBody(bodyLimit, ignore), head)
        : readFormCall(form, head);
    checkPermission(principal, call);
    // Who keeps the conversation is asked first.
    if (call.dialect === 'openai-responses') await desk.recall(call, ownerOf(principal));
    const plan = await planner.plan(call, { principal, headers: exchange.headers });
    await call.resolveItems();
    return explain(call, plan);
  } finally {
    // Nobody waits for its answer.
    exchange.response.catch(ignore);
    exchange.abandon();
    await form?.dispose();
  }
}

const ignore = (): void => {};

/** The same of a chat request, of which there is only the body. */
export function explainChat(
  body: Buffer,
  principal: Principal | undefined,
  parts: ExplainingParts,
): Promise<Explanation> {
  const headers = { 'content-type': 'application/json' };
  const request = new Request('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  return explainCall(request, principal, parts);
}

async function receiveForm(
  exchange: FetchExchange,
  uploads: ExplainingParts['uploads'],
): Promise<ReceivedForm> {
  const { readForm } = await import('./http/read-form.ts');
  const type = String(exchange.headers['content-type']);
  return readForm(exchange.readStream(uploads.limit, ignore), { type, spool: uploads.spool });
}

function explain(call: Call, { model, request, candidates, fallbacks }: Plan): Explanation {
  const ordered: TargetCandidate[] = [];
  const { principal, residency } = request;
  const choose = (): TargetCandidate | undefined =>
    candidates.choose((candidate) => canStart(candidate, principal)) ?? candidates.choose(isAvailable);
  for (let next = choose(); next !== undefined; next = choose()) {
    ordered.push(next);
    candidates.drop(next);
  }
  const allowed = new Set([...candidates.list(), ...ordered]);
  const isForced = ordered.length === 0;
  const leastBad = leastBadFirst(candidates.list().filter(({ isDrained }) => !isDrained));
  const tried = isForced ? leastBad : ordered;
  return {
    operation: call.operation,
    model: call.model,
    servedBy: model,
    inputTokens: request.inputTokens,
    candidates: tried.map((candidate) => ({
      ...candidate.target,
      expectedCost: expectedCost(candidate.price, request),
      waits: candidate.isFullFor(principal),
    })),
    leftOut: candidates
      .all()
      .filter((candidate) => !ordered.includes(candidate))
      .map((candidate) => ({
        ...candidate.target,
        reason: allowed.has(candidate) ? reasonOf(candidate) : whyUnable(candidate, call, residency),
      })),
    isForced,
    fallbacks,
  };
}

function whyUnable(
  candidate: TargetCandidate,
  call: Call,
  residency: Residency | undefined,
): LeftOutTarget['reason'] {
  if (!candidate.supports(call)) return 'unsupported';
  return residency !== undefined && !candidate.resides(residency) ? 'residency' : 'window';
}

function reasonOf(candidate: TargetCandidate): LeftOutTarget['reason'] {
  if (candidate.isDrained) return 'drained';
  if (candidate.isDown) return 'probe-failed';
  if (!candidate.hasAwakeKey) return 'keys-resting';
  return candidate.admits() ? 'out-of-turn' : 'breaker-open';
}
