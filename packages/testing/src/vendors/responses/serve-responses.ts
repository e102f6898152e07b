import { countPromptTokens } from '../../replies/count-tokens.ts';
import type { AnswerScript } from '../../replies/scripted-reply.ts';
import { jsonAnswer, type PlannedAnswer, streamAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';
import type { Complaint, Dialect } from '../dialect.ts';
import { answerResponse, canReason } from './answer-response.ts';
import { checkInput } from './check-input.ts';
import { checkRequest } from './check-request.ts';
import { createResponseStore } from './hold-responses.ts';
import { listItems } from './name-items.ts';
import { readPrompt } from './read-prompt.ts';
import { renderResponseEvents, toResponseEvent } from './render-response-stream.ts';
import { serveHeld } from './serve-held.ts';
import { complain } from './word-problem.ts';

export interface ResponsesPlace {
  readonly operation: 'responses' | 'input-tokens' | 'response' | 'response-items' | 'response-cancel';
  /** Named by the path. */
  readonly id?: string;
}

interface Turn {
  readonly body: JsonObject;
  readonly seed: string;
  /** Seconds since the epoch. */
  readonly created: number;
}

/** OpenAI's Responses API with what it keeps. */
export interface ResponsesService {
  /** A new response, or the count of what it would be asked with. */
  create(request: RecordedRequest, turn: Turn): PlannedAnswer | Complaint;
  count(turn: Turn): PlannedAnswer | Complaint;
  /** What concerns a response that was made before. */
  serve(request: RecordedRequest, place: ResponsesPlace): PlannedAnswer | Complaint;
}

/** A stream of more events is not kept: it could be endless. */
const mostEvents = 1000;

export function createResponsesService(dialect: Dialect, script: AnswerScript | undefined): ResponsesService {
  const store = createResponseStore();

  /** The items that are new, and those of the responses before. */
  function resolve({
    body,
    seed,
  }: Turn): { input: readonly JsonObject[]; before: readonly JsonObject[] } | Complaint {
    const previous = readString(body.previous_response_id);
    const held = previous === undefined ? undefined : store.responses.get(previous);
    if (previous !== undefined && held === undefined) {
      return complain(
        `Previous response with id '${previous}' not found.`,
        'previous_response_id',
        'previous_response_not_found',
      );
    }
    const input = listItems(body.input, seed, store.items);
    const before = held?.conversation ?? [];
    return checkInput(input, before, store.items) ?? { input, before };
  }

  function check(turn: Turn, operation: 'create' | 'count'): Complaint | undefined {
    const model = dialect.nameAnswer(readString(turn.body.model) ?? '');
    const facts = { canReason: canReason(model), alwaysReasons: dialect.reasoningModels.test(model) };
    return checkRequest(turn.body, operation, facts);
  }

  return {
    create(request, turn) {
      const resolved = check(turn, 'create') ?? resolve(turn);
      if ('type' in resolved) return resolved;
      const { input, before } = resolved;
      const items = [...before, ...input];
      const answer = answerResponse(request, turn.body, { dialect, script, items, ...turn });
      const isStored = turn.body.store !== false;
      const events = observe(renderResponseEvents(answer), (kept, response) => {
        const conversation = [...items, ...outputOf(response)];
        if (isStored) store.keep({ input, conversation, events: kept, response, looks: 0 });
      });
      if (turn.body.stream === true) return streamAnswer(toEvents(events), {});
      let last: JsonObject = {};
      for (const event of events) last = event;
      const { response } = last;
      return jsonAnswer(200, answer.isBackground ? { ...answer.head, status: 'queued' } : response, {
        indent: 2,
      });
    },
    count(turn) {
      const resolved = check(turn, 'count') ?? resolve(turn);
      if ('type' in resolved) return resolved;
      const prompt = readPrompt(turn.body, [...resolved.before, ...resolved.input]);
      return jsonAnswer(200, { object: 'response.input_tokens', input_tokens: countPromptTokens(prompt) });
    },
    serve: (request, place) => serveHeld(request, place, store),
  };
}

function outputOf(response: JsonObject): readonly JsonObject[] {
  return readList(response.output).filter(isJsonObject);
}

/** Passes events on and tells of them, and of the response in the last one, once all are written. */
function* observe(
  events: Iterable<JsonObject>,
  onEnd: (events: readonly JsonObject[], response: JsonObject) => void,
): Generator<JsonObject> {
  const kept: JsonObject[] = [];
  let response: unknown;
  for (const event of events) {
    if (kept.length < mostEvents) kept.push(event);
    response = event.response ?? response;
    // Kept before the last event is sent: who has read it may ask for it at once.
    if (isLast(event) && typeof response === 'object' && response !== null) onEnd(kept, { ...response });
    yield event;
  }
}

function isLast({ type }: JsonObject): boolean {
  return type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed';
}

function* toEvents(events: Iterable<JsonObject>): Generator<string> {
  for (const event of events) yield toResponseEvent(event);
}
