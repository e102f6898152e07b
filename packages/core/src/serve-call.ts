import { countLocally } from './dialects/count-locally.ts';
import type { RequestRecord } from './observe/request-record.ts';
import type { Asker, Plan, Planner } from './plan-call.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, Priority, TargetName } from './protocol/call.ts';
import type { Exchange } from './protocol/exchange.ts';
import { ownerOf } from './protocol/principal.ts';
import type { RequestScope } from './resilience/request-scope.ts';
import type { Rooms } from './rooms.ts';
import { sendCall } from './send-call.ts';
import { serveCached } from './serve-cached.ts';

/** Who asks, and what belongs to the request while it is under way. */
export interface Asking {
  readonly asker: Asker;
  readonly priority: Priority;
  readonly record: RequestRecord;
  readonly scope: RequestScope;
}

/** What brought the call, and the way to answer another in its stead later. */
export interface Brought extends Asking {
  readonly exchange: Exchange;
  readonly goOn: (inner: Exchange) => void;
}

/** From a call to its answer: what came before it is looked up, the targets are found and tried, the answer is kept. */
export async function serveCall(call: Call, brought: Brought, rooms: Rooms): Promise<Answer> {
  const { asker, record, scope } = brought;
  const { desk } = rooms.local;
  const owner = ownerOf(asker.principal);
  if (call.dialect === 'openai-responses') await scope.outlast(() => desk.recall(call, owner));
  // What a router says to nobody would be a rejection that nobody hears of.
  if (scope.cancelled !== undefined) throw scope.cancelled;
  const planned = rooms.planner.plan(call, asker);
  const plan = planned instanceof Promise ? await scope.outlast(() => planned) : planned;
  if (plan.total !== undefined) scope.allow(plan.total);
  if (plan.candidates.isEmpty) return countLocally(call);
  if (call.isBackground && !plan.isKept) {
    const { exchange, goOn } = brought;
    return desk.begin(call, { owner, exchange, run: goOn });
  }
  const answer = await send(call, plan, brought, rooms);
  const at = rooms.planner.keeper(call, record.target);
  const kept = call.isStored ? desk.keep(call, answer, { owner, at }) : answer;
  call.release();
  return kept;
}

/** To one target, whatever the routes say. */
export async function sendTo(call: Call, at: TargetName, asking: Asking, rooms: Rooms): Promise<Answer> {
  return send(call, rooms.planner.only(call, asking.asker, at), asking, { ...rooms, cache: undefined });
}

/** From the cache, or from another request's call; else by a call to where the plan says. */
function send(call: Call, plan: Plan, asking: Asking, rooms: Rooms): Answer | Promise<Answer> {
  const { asker, priority, record, scope } = asking;
  const { cache, planner, policy } = rooms;
  const facts = record.understood(asker.principal, call, priority);
  record.routed(planner.savingOf(plan));
  const parts = { scope, facts, policy, asker, planner };
  if (cache === undefined) return sendCall(call, plan, parts);
  record.cached('bypass');
  const { headers, principal } = asker;
  const asked = cache.responses.read(call, { owner: ownerOf(principal), model: plan.model, headers });
  if (asked === undefined) return sendCall(call, plan, parts);
  const sendShared = (own: RequestScope, fellBack: () => void): Promise<Answer> => {
    if (plan.total !== undefined) own.allow(plan.total);
    const noted: Pick<Planner, 'plan'> = {
      plan: (...next) => {
        fellBack();
        return planner.plan(...next);
      },
    };
    return sendCall(call, plan, { ...parts, scope: own, planner: noted });
  };
  return serveCached(call, asked, { record, scope, send: sendShared }, cache);
}
