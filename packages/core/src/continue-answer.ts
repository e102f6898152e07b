import { isDeath } from './continuation/can-continue.ts';
import { type Continuation, ContinuedStream } from './continuation/continued-stream.ts';
import { ToldStream } from './continuation/told-stream.ts';
import { GatewayError } from './errors.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, TargetName } from './protocol/call.ts';
import { type Candidate, type Candidates, isAvailable } from './resilience/candidate.ts';
import { type FailoverParts, failover } from './resilience/failover.ts';
import type { ByteStream } from './stream/byte-stream.ts';

/** Attempts that go on with one answer: one that breaks off again and again is not worth more. */
const most = 3;
const nothing = Buffer.alloc(0);

/** Whether what is left of the caller's budget pays for one more attempt; undefined where there is none. */
export interface Affording {
  readonly affords?: (() => Promise<boolean>) | undefined;
}

/**
 * Sends a call whose streamed answer another target goes on with where it breaks off after its first content. `call` is
 * one that `isContinuable`.
 */
export async function sendContinuable(
  call: Call,
  candidates: Candidates,
  parts: FailoverParts & Affording,
): Promise<Answer> {
  const told = new ToldStream();
  call.telling = told;
  const all = candidates.list();
  try {
    const answer = await failover(call, candidates, parts);
    if (answer.body instanceof Uint8Array || !told.isJoined) return { ...answer };
    const body = continued(call, answer.body, { ...parts, candidates, all, told });
    return { ...answer, body };
  } finally {
    if (!told.isJoined) call.telling = undefined;
  }
}

interface ContinuingParts extends FailoverParts, Affording {
  readonly candidates: Candidates;
  /** Those that could be tried at first. */
  readonly all: readonly Candidate[];
  readonly told: ToldStream;
}

function continued(call: Call, first: ByteStream, parts: ContinuingParts): ByteStream {
  const { scope, told, all } = parts;
  const patience = Math.min(...all.map(({ timeouts }) => timeouts.write));
  let left = most;
  const stream = new ContinuedStream(first, {
    goOn: (error) => {
      if (!isDeath(error) || !told.isOpenText || scope.cancelled !== undefined || left === 0)
        return undefined;
      left--;
      return goOn(call, parts);
    },
    renderFailure: (error) => told.renderFailure(error),
    ending: () => scope.watch.set(patience, () => scope.cancel(new GatewayError('VE_CLIENT_CLOSED'))),
    cancel: (reason) => scope.cancel(reason),
    over: () => {
      call.telling = undefined;
      call.release();
      release();
    },
  });
  const release = scope.hold(stream);
  return stream;
}

/** Another target first; the same again where there is none. It is paid for like any other attempt after one. */
function goOn(call: Call, parts: ContinuingParts): Promise<Continuation> | undefined {
  const { scope, policy, candidates, all } = parts;
  const open = all.filter(isAvailable);
  const others = open.filter(({ target }) => target !== scope.target);
  const next = others.length > 0 ? others : open;
  if (next.length === 0 || scope.watch.remaining <= 0 || !policy.budget.spend()) return undefined;
  candidates.keep(next);
  return attempt(call, parts).then(({ body }) => {
    if (body instanceof Uint8Array) throw new GatewayError('VE_UPSTREAM_PROTOCOL');
    return { stream: body, mark: markOf(call, scope.target) };
  });
}

async function attempt(
  call: Call,
  { scope, facts, policy, candidates, affords }: ContinuingParts,
): Promise<Answer> {
  if ((await affords?.()) === false) throw new GatewayError('VE_BUDGET_EXCEEDED');
  return failover(call, candidates, {
    scope,
    facts,
    policy: { ...policy, retries: 0 },
    isContinuation: true,
  });
}

/**
 * A comment, which every client of server-sent events passes over: https://html.spec.whatwg.org/multipage/server-sent-events.html.
 * Headers have gone out long ago. Google's clients are not known to know comments, nor has a JSON array any.
 */
function markOf({ dialect }: Call, target: TargetName | undefined): Buffer {
  if (dialect === 'gemini' || target === undefined) return nothing;
  const name = `${target.upstream}/${target.model}`.replace(/[^\x21-\x7e]/g, '?');
  return Buffer.from(`: continued by ${name}\n\n`);
}
