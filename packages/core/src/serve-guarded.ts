import type { Brought } from './asking.ts';
import { readCallHead } from './http/read-call-head.ts';
import type { CallRoute, LocalRoute } from './http/route-table.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call } from './protocol/call.ts';
import type { Rooms } from './rooms.ts';
import { serveCall } from './serve-call.ts';

/** Where a call came in; `id`: what stood in the path for the model, still encoded. */
export interface Entrance {
  readonly route: CallRoute;
  readonly id: string | undefined;
}

/** Serves a call with the operator's guards around it, and keeps what is to be kept of it: outside the cache, so that they see what each caller is given. */
export function serveGuarded(
  call: Call,
  { route, id }: Entrance,
  brought: Brought,
  rooms: Rooms,
): Promise<Answer> {
  const { guards, contents } = rooms;
  if (guards === undefined && contents === undefined) return serveCall(call, brought, rooms);
  return serveWatched(call, { route, id }, brought, rooms);
}

async function serveWatched(
  call: Call,
  { route, id }: Entrance,
  brought: Brought,
  rooms: Rooms,
): Promise<Answer> {
  const { guards, contents } = rooms;
  const { exchange, isInner, record } = brought;
  // What the caller has said, and what it was given.
  const content = record.isTraceless ? undefined : contents?.open(call, record);
  const serve = (guarded: Call): Promise<Answer> => serveCall(guarded, brought, rooms);
  const answer =
    guards === undefined || isInner
      ? await serve(call)
      : await guards.around(
          call,
          { asking: brought, exchange, head: readCallHead(exchange, route, id) },
          serve,
        );
  return content === undefined ? answer : content.watch(answer);
}

/** A response that was kept as it was made is shown to the guards when it is asked for. */
export async function guardKept(
  answer: Answer,
  { operation, dialect }: LocalRoute,
  brought: Brought,
  { guards }: Rooms,
): Promise<Answer> {
  if (guards === undefined || (operation !== 'get-response' && operation !== 'cancel-response'))
    return answer;
  const stream = !(answer.body instanceof Uint8Array);
  const shown = { operation: 'stored-response', dialect, model: '', stream } as const;
  return guards.again(answer, shown, { asking: brought, exchange: brought.exchange });
}
