import type { Clock } from '@vector-engine/core';
import { systemClock } from '../clock/system-clock.ts';
import type { AnswerScript } from '../replies/scripted-reply.ts';
import { jsonAnswer, type PlannedAnswer, streamAnswer, wholeAnswer } from '../server/plan-answer.ts';
import type { RecordedRequest } from '../server/record-request.ts';
import { isJsonObject, type JsonObject, readString } from '../wire/read-json.ts';
import { answerChat } from './answer-chat.ts';
import { answerCompletions } from './answer-completions.ts';
import { answerEmbeddings } from './answer-embeddings.ts';
import { checkChatRequest } from './check-chat-request.ts';
import type { Complaint, Dialect, Operation } from './dialect.ts';
import { listModel, listModels } from './list-models.ts';
import { renderChatStream } from './render-chat-stream.ts';
import { renderChatWhole } from './render-chat-whole.ts';
import type { Vendor } from './vendor.ts';

/** What may be said about any simulated vendor. */
export interface VendorOptions {
  /** The models that exist; any other is unknown to the vendor. Default: some that the vendor really has. */
  readonly models?: readonly string[];
  /** The keys that are accepted; default any, even none. */
  readonly apiKeys?: readonly string[];
  /** What the model says; default it repeats the user, and calls the first tool that it is offered. */
  readonly answer?: AnswerScript;
}

/** Where a request points. */
export interface Place {
  readonly operation: Operation;
  /** Named by the path, where the path names one. */
  readonly model?: string;
}

/** Reads the path (without query); undefined when the vendor has nothing there. */
export type Locate = (path: string, query: URLSearchParams) => Place | undefined;

export function createVendor(
  dialect: Dialect,
  options: VendorOptions & { readonly clock?: Clock; readonly locate?: Locate },
): Vendor {
  const clock = options.clock ?? systemClock;
  const models = options.models ?? dialect.models;
  const locate = options.locate ?? ((path) => locateUnder(dialect.basePaths, path));
  const instance = String(clock.now() + Math.random());
  let count = 0;

  function complain(complaint: Complaint, seed: string): PlannedAnswer {
    const { status, body, headers } = dialect.wordError(complaint);
    const all = { ...dialect.headers({ seed, count, model: undefined, operation: undefined }), ...headers };
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
    if (!isJsonObject(request.body)) return { type: 'json-invalid' };
    const model = place.model ?? readString(request.body.model);
    if (model === undefined || model === '') return { type: 'model-missing' };
    const body: JsonObject = { ...request.body, model };
    const complaint = place.operation === 'chat' ? checkChatRequest(body) : undefined;
    if (complaint !== undefined) return complaint;
    if (!models.includes(model)) return { type: 'model-unknown', model, operation: place.operation };

    const circumstances = { dialect, script: options.answer, seed, created };
    if (place.operation === 'completions') return answerCompletions(request, body, circumstances);
    if (place.operation === 'embeddings') {
      const answer = answerEmbeddings(body);
      return isComplaint(answer) ? answer : jsonAnswer(200, answer, { indent: 2 });
    }
    const answer = answerChat(request, body, circumstances);
    return answer.request.stream
      ? streamAnswer(renderChatStream(answer), {})
      : jsonAnswer(200, renderChatWhole(answer), { indent: 2 });
  }

  return {
    basePath: dialect.basePaths[0] ?? '',
    answer(request) {
      count += 1;
      const seed = `${instance} ${count}`;
      const [path = '', query] = request.path.split('?');
      const place = locate(path, new URLSearchParams(query));
      const complaint = checkKey(dialect, options.apiKeys, request) ?? checkPlace(place, request, path);
      if (complaint !== undefined || place === undefined) {
        return complain(complaint ?? { type: 'url-unknown', method: request.method, path }, seed);
      }
      const outcome = generate(request, place, seed);
      if (isComplaint(outcome)) return complain(outcome, seed);
      const model = isJsonObject(request.body) ? readString(request.body.model) : undefined;
      const facts = { seed, count, model, operation: place.operation };
      return { ...outcome, headers: { ...dialect.headers(facts), ...outcome.headers } };
    },
    refuse(status, request) {
      count += 1;
      return complain({ type: 'status', status, model: nameModel(request) }, `${instance} ${count}`);
    },
    streamError: (request) => dialect.streamError(nameModel(request)),
  };
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
  const expected = place.operation === 'models' || place.operation === 'model' ? 'GET' : 'POST';
  return request.method === expected ? undefined : { type: 'method-wrong', method: request.method, path };
}

function locateUnder(basePaths: readonly string[], path: string): Place | undefined {
  for (const base of basePaths) {
    if (path.startsWith(`${base}/`)) {
      const place = locateOperation(path.slice(base.length));
      if (place !== undefined) return place;
    }
  }
  return undefined;
}

/** The part of a path after the base, such as `/chat/completions`. */
export function locateOperation(path: string): Place | undefined {
  switch (path) {
    case '/chat/completions':
      return { operation: 'chat' };
    case '/completions':
      return { operation: 'completions' };
    case '/embeddings':
      return { operation: 'embeddings' };
    case '/models':
      return { operation: 'models' };
  }
  const model = /^\/models\/(.+)$/.exec(path)?.[1];
  return model === undefined ? undefined : { operation: 'model', model: decodeURIComponent(model) };
}
