import type { Brought } from './asking.ts';
import { loadCodecs } from './dialects/load-codecs.ts';
import { inputsOf, partOf } from './dialects/part-of-call.ts';
import { isObject, listOf, parseJson } from './dialects/shared/read.ts';
import { type GatewayError, toGatewayError } from './errors.ts';
import { FlightRecord } from './flight-record.ts';
import { loadMedia } from './media/load-media.ts';
import { familyOf, formatOf } from './media/pick-media.ts';
import type { Plan } from './plan-call.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, RequestFacts } from './protocol/call.ts';
import type { JsonObject } from './protocol/json.ts';
import { isMedia } from './protocol/media.ts';
import { isPaidCreation } from './resilience/paid-creation.ts';
import type { Rooms } from './rooms.ts';
import { sendCall } from './send-call.ts';
import { bodyOf } from './upstreams/plan-media.ts';

/** A call that asks for more than its vendor makes at once, in several. */
export interface Parts {
  readonly calls: readonly Call[];
  readonly join: (bodies: readonly JsonObject[]) => JsonObject;
}

/** Of these under way at once. */
const mostAtOnce = 8;

/** Undefined where a call need not be split. */
export async function splitCall(
  call: Call,
  plan: Plan,
  { jobs }: Pick<Rooms, 'jobs'>,
): Promise<Parts | undefined> {
  const { operation } = call;
  const [first] = plan.candidates.list();
  if (!isMedia(operation) || first === undefined) return undefined;
  const { upstream, model } = first.target;
  const speech = jobs.upstreams[upstream]?.media(operation, model);
  if (speech === undefined) return undefined;
  await Promise.all([loadMedia(), loadCodecs()]);
  const family = familyOf(operation);
  const most = formatOf(operation, speech).most?.(model);
  if (most === undefined) return undefined;
  call.media ??= family.parseRequest(bodyOf(call));
  const requests = family.split?.(call.media, most) ?? [];
  if (requests.length < 2) return undefined;
  let before = 0;
  const calls = requests.map((media) => {
    const part = partOf(call, media, before);
    before += inputsOf(media);
    return part;
  });
  return {
    calls,
    join: (bodies) => family.join?.(bodies) ?? {},
  };
}

/**
 * Asks for the parts, some of them at once, and answers with all of it. Of what is paid for when it is made, what was made is
 * answered, whatever became of the rest.
 *
 * @throws GatewayError what the first of them failed with
 */
export async function sendMany(
  { calls, join }: Parts,
  { asker, record, scope }: Brought,
  { rooms, facts }: { readonly rooms: Rooms; readonly facts: RequestFacts },
): Promise<Answer> {
  const { planner, policy, lifecycle, spending } = rooms;
  const outcomes: (Answer | GatewayError)[] = [];
  const waiting = [...calls.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, part] = next;
      const own = lifecycle.open(new FlightRecord(record));
      scope.atEnd(() => own.end());
      try {
        const plan = await planner.plan(part, asker);
        outcomes[index] = await sendCall(part, plan, { scope: own, facts, policy, asker, planner, spending });
      } catch (error) {
        outcomes[index] = toGatewayError(error);
        if (!isPaidCreation(part)) waiting.length = 0;
      } finally {
        own.end();
      }
    }
  };
  await scope.outlast(() => Promise.all(Array.from({ length: mostAtOnce }, work)));
  const answers = outcomes.filter((outcome) => 'kind' in outcome);
  const failure = outcomes.find((outcome) => !('kind' in outcome));
  const [first] = answers;
  if (failure !== undefined && (first === undefined || !calls.every(isPaidCreation))) throw failure;
  const joined = join(answers.map(bodyIn));
  const headers = { ...first?.headers, ...told(calls, joined, failure) };
  return { kind: 'verbatim', status: 200, headers, body: Buffer.from(JSON.stringify(joined)) };
}

/** What was not made is told, as what a vendor has changed is. */
function told(calls: readonly Call[], joined: JsonObject, failure: unknown): Record<string, string> {
  if (failure === undefined) return {};
  const wanted = calls.map(({ media }) => (isObject(media) ? Number(media['n'] ?? 1) : 1));
  const sum = wanted.reduce((total, n) => total + n, 0);
  return { 'x-vector-adjusted': `n: ${sum} -> ${listOf(joined['data']).length}` };
}

function bodyIn({ body }: Answer): JsonObject {
  const value = body instanceof Uint8Array ? parseJson(Buffer.from(body).toString('utf8')) : undefined;
  return isObject(value) ? value : {};
}
