import { jsonAnswer, type PlannedAnswer, streamAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import type { Complaint } from '../dialect.ts';
import type { HeldResponse, ResponseStore } from './hold-responses.ts';
import { toResponseEvent } from './render-response-stream.ts';
import type { ResponsesPlace } from './serve-responses.ts';
import { complain } from './word-problem.ts';

/** Requests for a response that was made before: read it again, whole or streamed, list its input, cancel or delete it. */
export function serveHeld(
  request: RecordedRequest,
  { operation, id = '' }: ResponsesPlace,
  store: ResponseStore,
): PlannedAnswer | Complaint {
  const held = store.responses.get(id);
  if (held === undefined) {
    return { type: 'not-found', message: `Response with id '${id}' not found.`, param: null };
  }
  const query = new URLSearchParams(request.path.split('?')[1]);
  switch (operation) {
    case 'response-items':
      return jsonAnswer(200, listInput(held, query), { indent: 2 });
    case 'response-cancel':
      return cancel(held);
    default:
      if (request.method === 'DELETE') {
        store.responses.delete(id);
        return jsonAnswer(200, { id, object: 'response', deleted: true }, { indent: 2 });
      }
      return query.get('stream') === 'true'
        ? replay(held, Number(query.get('starting_after') ?? -1))
        : jsonAnswer(200, look(held), { indent: 2 });
  }
}

/** A background response is in progress when it is looked at first, and done when it is looked at again. */
function look(held: HeldResponse): JsonObject {
  const { response } = held;
  if (response.background !== true || response.status === 'cancelled') return response;
  held.looks += 1;
  return held.looks > 1 ? response : { ...response, status: 'in_progress', output: [], usage: null };
}

function cancel(held: HeldResponse): PlannedAnswer | Complaint {
  if (held.response.background !== true) {
    return complain('Cannot cancel a synchronous response.', 'response_id');
  }
  if (held.looks < 2) held.response = { ...held.response, status: 'cancelled', output: [], usage: null };
  return jsonAnswer(200, held.response, { indent: 2 });
}

function replay({ events }: HeldResponse, after: number): PlannedAnswer {
  return streamAnswer(
    events.filter(({ sequence_number: number }) => Number(number) > after).map(toResponseEvent),
    {},
  );
}

/** Newest first unless `order=asc`. */
function listInput({ input }: HeldResponse, query: URLSearchParams): JsonObject {
  const ordered = query.get('order') === 'asc' ? input : input.toReversed();
  const after = query.get('after');
  const start = after === null ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  const limit = Number(query.get('limit') ?? 20);
  const data = ordered.slice(start, start + limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + limit < ordered.length,
  };
}
