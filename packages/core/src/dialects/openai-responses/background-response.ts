import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { fieldsOf, stringOf } from '../shared/read.ts';
import { echoRequest, renderResponse } from './render-response.ts';

/** The first that is told of a response that is made in the background. */
export function renderQueued(request: ChatRequest, id: string, now: number): JsonObject {
  const context = { request: { ...request, messages: [] }, id, now };
  return renderResponse({}, { context, echo: echoRequest(context) }, { status: 'queued', output: [] });
}

/** The same response with what came of it: an answer of this dialect, or an error's body. */
export function finishQueued(queued: JsonObject, outcome: JsonObject): JsonObject {
  const { id, created_at, background, store } = queued;
  if (outcome['object'] === 'response') return { ...outcome, id, created_at, background, store };
  return { ...queued, status: 'failed', error: failureOf(outcome['error']) };
}

export function cancelQueued(queued: JsonObject): JsonObject {
  return isUnderWay(queued) ? { ...queued, status: 'cancelled' } : queued;
}

export function isUnderWay({ status }: JsonObject): boolean {
  return status === 'queued' || status === 'in_progress';
}

function failureOf(error: Json | undefined): JsonObject {
  const { code, message } = fieldsOf(error);
  return {
    code: stringOf(code) ?? 'server_error',
    message: stringOf(message) ?? 'The response could not be made.',
  };
}

/** The same request, to be answered while somebody waits. */
export function toForeground(body: JsonObject): JsonObject {
  const { background: _, stream: __, ...rest } = body;
  // What is kept is the response that was queued.
  return { ...rest, store: false };
}
