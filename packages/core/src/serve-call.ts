import { checkPermission } from './access/check-permission.ts';
import type { Asking, Brought } from './asking.ts';
import { countLocally } from './dialects/count-locally.ts';
import { GatewayError } from './errors.ts';
import { expandCall, isPicture } from './expand-call.ts';
import { asJob } from './jobs/as-job.ts';
import type { Plan, Planner } from './plan-call.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, TargetName } from './protocol/call.ts';
import { isMedia } from './protocol/media.ts';
import { ownerOf } from './protocol/principal.ts';
import { refuseModality } from './refuse-modality.ts';
import type { RequestScope } from './resilience/request-scope.ts';
import type { Rooms } from './rooms.ts';
import { sendCall } from './send-call.ts';
import { sendMany, splitCall } from './send-many.ts';
import { type SharedSending, serveCached } from './serve-cached.ts';
import { takeTokens } from './take-tokens.ts';

/** From a call to its answer: what came before it is looked up, the targets are found and tried, the answer is kept. */
export async function serveCall(call: Call, brought: Brought, rooms: Rooms): Promise<Answer> {
  const { asker, record, scope } = brought;
  record.calls(call);
  const job =
    call.face === undefined ? undefined : asJob(call, rooms.planner.modalities, rooms.jobs.upstreams);
  const operation = job?.operation ?? call.operation;
  if (!brought.isOwn) checkPermission(asker.principal, { operation, model: call.model });
  const taking = takeTokens(call, brought);
  if (taking !== undefined) await taking;
  if (isMedia(operation)) refuseModality(call, operation, rooms.planner.modalities);
  if (job !== undefined) return (await rooms.jobs.open()).serve(job, brought);
  const { desk } = rooms.local;
  const owner = ownerOf(asker.principal);
  if (call.dialect === 'openai-responses') await scope.outlast(() => desk.recall(call, owner));
  // What a router says to nobody would be a rejection that nobody hears of.
  if (scope.cancelled !== undefined) throw scope.cancelled;
  const planned = rooms.planner.plan(call, asker, brought.isOwn ? call.model : undefined);
  const plan = planned instanceof Promise ? await scope.outlast(() => planned) : planned;
  if (plan.total !== undefined) scope.allow(plan.total);
  if (plan.candidates.isEmpty) return countLocally(call);
  if (call.isBackground && !plan.isKept) {
    if (record.isTraceless) throw unkept();
    const { exchange, goOn } = brought;
    return desk.begin(call, { owner, exchange, run: goOn });
  }
  if (plan.expansion !== undefined && isPicture(call.operation))
    await expandCall(call, plan.expansion, brought);
  const answer = isMedia(operation)
    ? await sendMedia(call, plan, brought, rooms)
    : await send(call, plan, brought, rooms);
  const at = rooms.planner.keeper(call, record.target);
  const kept = call.isStored && !record.isTraceless ? desk.keep(call, answer, { owner, at }) : answer;
  call.release();
  return kept;
}

/** All that is wanted, of vendors, too, that make less of it at once. */
async function sendMedia(call: Call, plan: Plan, brought: Brought, rooms: Rooms): Promise<Answer> {
  const parts = await splitCall(call, plan, rooms);
  if (parts === undefined) return send(call, plan, brought, rooms);
  const { asker, priority, record } = brought;
  const facts = record.understood(asker.principal, call, priority);
  return sendMany(parts, brought, { rooms, facts });
}

/** To one target, whatever the routes say. */
export async function sendTo(call: Call, at: TargetName, asking: Asking, rooms: Rooms): Promise<Answer> {
  return send(call, rooms.planner.only(call, asking.asker, at), asking, { ...rooms, cache: undefined });
}

/** From the cache, or from another request's call; else by a call to where the plan says. */
function send(call: Call, plan: Plan, asking: Asking, rooms: Rooms): Answer | Promise<Answer> {
  const { asker, priority, record, scope } = asking;
  const { cache, planner, policy, spending } = rooms;
  const facts = record.understood(asker.principal, call, priority);
  record.routed(planner.savingOf(plan));
  const parts = { scope, facts, policy, asker, planner, spending };
  if (cache === undefined) return sendCall(call, plan, parts);
  record.cached('bypass');
  if (record.isTraceless) return sendCall(call, plan, parts);
  const { headers, principal } = asker;
  const asked = cache.responses.read(call, { owner: ownerOf(principal), model: plan.model, headers });
  if (asked === undefined) return sendCall(call, plan, parts);
  const sendShared = (own: RequestScope, { fellBack, clamped }: SharedSending): Promise<Answer> => {
    if (plan.total !== undefined) own.allow(plan.total);
    const noted: Pick<Planner, 'plan'> = {
      plan: (...next) => {
        fellBack();
        return planner.plan(...next);
      },
    };
    return sendCall(call, plan, { ...parts, scope: own, planner: noted, onClamped: clamped });
  };
  return serveCached(call, asked, { record, scope, send: sendShared }, cache);
}

function unkept(): GatewayError {
  const reason = 'the request is traceless: nothing is kept, so the answer could not be found again';
  return new GatewayError('VE_PARAMETER_INVALID', { parameter: 'background', reason });
}
