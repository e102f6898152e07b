import type { Clock } from '@vector-engine/core';
import { systemClock } from '../clock/system-clock.ts';
import { jsonAnswer, type PlannedAnswer, streamAnswer, wholeAnswer } from '../server/plan-answer.ts';
import type { RecordedRequest } from '../server/record-request.ts';
import { isJsonObject, type JsonObject, readString } from '../wire/read-json.ts';
import { answerChat } from './answer-chat.ts';
import { answerCompletions } from './answer-completions.ts';
import { checkChatRequest } from './check-chat-request.ts';
import { countRequests, type RequestTurn } from './count-requests.ts';
import type { Complaint, Dialect } from './dialect.ts';
import { listModel, listModels } from './list-models.ts';
import { isMedia, type Locate, locateUnder, type Place, takesMethod } from './locate-operation.ts';
import { serveImage } from './media/draw-image.ts';
import { readBody } from './media/read-body.ts';
import { renderChatStream } from './render-chat-stream.ts';
import { renderChatWhole } from './render-chat-whole.ts';
import { writeResponseError } from './responses/render-response-stream.ts';
import { createResponsesService, type ResponsesPlace } from './responses/serve-responses.ts';
import type { Vendor } from './vendor.ts';
import type { VendorOptions } from './vendor-options.ts';
import type { JobRoutes } from './video/job-routes.ts';

export function createVendor(
  dialect: Dialect,
  options: VendorOptions & { readonly clock?: Clock; readonly locate?: Locate; readonly jobs?: JobRoutes },
): Vendor {
  const clock = options.clock ?? systemClock;
  const models = options.models ?? dialect.models;
  const locate = options.locate ?? ((path) => locateUnder(dialect.basePaths, path));
  const requests = countRequests(clock);
  const responses = createResponsesService(dialect, options.answer);

  function known(place: Place | undefined): Place | undefined {
    if (place === undefined) return undefined;
    if (isMedia(place.operation)) return dialect.media[place.operation] === undefined ? undefined : place;
    return dialect.hasResponses || !/^response|^input/.test(place.operation) ? place : undefined;
  }

  function complain(complaint: Complaint, turn: RequestTurn): PlannedAnswer {
    const { status, body, headers } = dialect.wordError(complaint);
    const all = { ...dialect.headers({ ...turn, model: undefined, operation: undefined }), ...headers };
    if (typeof body === 'string') return wholeAnswer(status, body, { ...all, 'content-type': 'text/html' });
    return jsonAnswer(status, body, { headers: all, indent: 2 });
  }

  function generate(request: RecordedRequest, place: Place, seed: string): PlannedAnswer | Complaint {
    const created = Math.floor(clock.now() / 1000);
    if (place.operation === 'models') return jsonAnswer(200, listModels(models, created));
    if (place.operation === 'model') {
      const model = place.model ?? '';
      return models.includes(model)
        ? jsonAnswer(200, listModel(model, created))
        : { type: 'model-unknown', model, operation: 'model' };
    }
    if (isOfResponse(place)) return responses.serve(request, place);
    const read = isMedia(place.operation) ? readBody(request) : undefined;
    const given = read?.body ?? request.body;
    if (!isJsonObject(given)) return { type: 'json-invalid' };
    const usual = place.operation === 'moderations' ? 'omni-moderation-latest' : undefined;
    const model = place.model ?? readString(given.model) ?? usual;
    if (model === undefined || model === '') return { type: 'model-missing' };
    const body: JsonObject = { ...given, model };
    const complaint = place.operation === 'chat' ? checkChatRequest(body) : undefined;
    if (complaint !== undefined) return complaint;
    if (!models.includes(model)) return { type: 'model-unknown', model, operation: place.operation };

    const turn = { body, seed, created };
    if (place.operation === 'responses') return responses.create(request, turn);
    if (place.operation === 'input-tokens') return responses.count(turn);
    const circumstances = { dialect, script: options.answer, seed, created };
    if (place.operation === 'completions') return answerCompletions(request, body, circumstances);
    if (isMedia(place.operation)) {
      const handler = dialect.media[place.operation];
      const question = { ...circumstances, request, body, model, files: read?.files ?? [] };
      return handler?.(question) ?? { type: 'url-unknown', method: request.method, path: request.path };
    }
    const answer = answerChat(request, body, circumstances);
    return answer.request.stream
      ? streamAnswer(renderChatStream(answer), {})
      : jsonAnswer(200, renderChatWhole(answer), { indent: 2 });
  }

  return {
    basePath: dialect.basePaths[0] ?? '',
    answer(request) {
      const image = serveImage(request);
      if (image !== undefined) return image;
      const turn = requests.next();
      const [path = '', search] = request.path.split('?');
      const query = new URLSearchParams(search);
      const isPublic = options.jobs?.isPublic(path) === true;
      const refusal = isPublic ? undefined : checkKey(dialect, options.apiKeys, request);
      const job = refusal ?? options.jobs?.answer(request, { path, query, seed: turn.seed });
      const place = known(locate(path, query));
      const complaint = job === undefined ? checkPlace(place, request, path) : undefined;
      const outcome = job ?? complaint ?? (place && generate(request, place, turn.seed));
      if (outcome === undefined) return complain({ type: 'url-unknown', method: request.method, path }, turn);
      if (isComplaint(outcome)) return complain(outcome, turn);
      const model = isJsonObject(request.body) ? readString(request.body.model) : undefined;
      const facts = { ...turn, model, operation: place?.operation ?? 'videos' };
      return { ...outcome, headers: { ...dialect.headers(facts), ...outcome.headers } };
    },
    refuse(status, request) {
      return complain({ type: 'status', status, model: nameModel(request) }, requests.next());
    },
    writeStreamError: (request, { body, afterEvents }) =>
      /\/responses\b/.test(request.path)
        ? writeResponseError(body, afterEvents)
        : `data: ${JSON.stringify(body ?? dialect.streamError(nameModel(request)))}\n\n`,
  };
}

function isOfResponse(place: Place): place is Place & ResponsesPlace {
  return place.operation.startsWith('response') && place.operation !== 'responses';
}

function nameModel(request: RecordedRequest): string {
  return (isJsonObject(request.body) ? readString(request.body.model) : undefined) ?? 'default';
}

function isComplaint(value: PlannedAnswer | JsonObject | Complaint): value is Complaint {
  return 'type' in value;
}

function checkKey(
  dialect: Dialect,
  accepted: readonly string[] | undefined,
  request: RecordedRequest,
): Complaint | undefined {
  if (accepted === undefined) return undefined;
  const key = dialect.readKey(request.headers);
  if (key === undefined) return { type: 'key-missing' };
  return accepted.includes(key) ? undefined : { type: 'key-wrong', key };
}

function checkPlace(place: Place | undefined, request: RecordedRequest, path: string): Complaint | undefined {
  if (place === undefined) return { type: 'url-unknown', method: request.method, path };
  return takesMethod(place, request.method)
    ? undefined
    : { type: 'method-wrong', method: request.method, path };
}
