import type { OutgoingHttpHeaders } from 'node:http';
import type { Clock } from '@vector-engine/core';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { checkShape, type ShapeProblem } from '../../wire/check-shape.ts';
import { isJsonObject, type JsonObject, readString } from '../../wire/read-json.ts';
import type { Shape } from '../../wire/shape.ts';
import { countRequests } from '../count-requests.ts';
import type { Vendor } from '../vendor.ts';
import type { VendorOptions } from '../vendor-options.ts';

/** A vendor of embeddings and ranking, which says nothing. There is nothing to script about it. */
export interface VectorFacts {
  /** Where an SDK's base URL points below the origin. */
  readonly basePath: string;
  readonly models: readonly string[];
  /** By path. */
  readonly routes: Readonly<Record<string, VectorRoute>>;
  headers(seed: string): OutgoingHttpHeaders;
  /** What is wrong, in the vendor's words. */
  word(problem: VectorProblem, seed: string): WordedProblem;
}

interface VectorRoute {
  readonly shape: Shape;
  answer(body: JsonObject, question: VectorQuestion): JsonObject | VectorRefusal;
}

interface VectorQuestion {
  readonly model: string;
  /** Unique per request; every made-up id comes from it. */
  readonly seed: string;
}

/** Fields that fit and yet are not taken. */
export interface VectorRefusal {
  readonly type: 'refused';
  readonly message: string;
}

export type VectorProblem =
  | VectorRefusal
  | { readonly type: 'key-missing' | 'key-wrong' | 'url-unknown' | 'json-invalid' | 'model-missing' }
  | { readonly type: 'model-unknown'; readonly model: string; readonly known: readonly string[] }
  | { readonly type: 'misfit'; readonly misfit: ShapeProblem }
  /** Not the caller's doing: a fault wants this status. */
  | { readonly type: 'status'; readonly status: number };

interface WordedProblem {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: OutgoingHttpHeaders;
}

export type VectorOptions = Pick<VendorOptions, 'models' | 'apiKeys'>;

export function createVectorVendor(
  facts: VectorFacts,
  options: VectorOptions & { readonly clock?: Clock },
): Vendor {
  const requests = countRequests(options.clock);
  const known = options.models ?? facts.models;

  function complain(problem: VectorProblem, seed: string): PlannedAnswer {
    const { status, body, headers } = facts.word(problem, seed);
    return jsonAnswer(status, body, { headers: { ...facts.headers(seed), ...headers } });
  }

  function decide(request: RecordedRequest, seed: string): JsonObject | VectorProblem {
    const path = request.path.split('?')[0] ?? '';
    const route = Object.hasOwn(facts.routes, path) ? facts.routes[path] : undefined;
    if (route === undefined || request.method !== 'POST') return { type: 'url-unknown' };
    const { body } = request;
    if (!isJsonObject(body)) return { type: 'json-invalid' };
    const model = readString(body.model);
    if (model === undefined || model === '') return { type: 'model-missing' };
    const misfit = checkShape(body, route.shape);
    if (misfit !== undefined) return { type: 'misfit', misfit };
    return known.includes(model)
      ? route.answer(body, { model, seed })
      : { type: 'model-unknown', model, known };
  }

  return {
    basePath: facts.basePath,
    answer(request) {
      const { seed } = requests.next();
      const outcome = checkKey(request, options.apiKeys) ?? decide(request, seed);
      return isProblem(outcome)
        ? complain(outcome, seed)
        : jsonAnswer(200, outcome, { headers: facts.headers(seed) });
    },
    refuse: (status) => complain({ type: 'status', status }, requests.next().seed),
    writeStreamError: (_request, { body }) => `data: ${JSON.stringify(body)}\n\n`,
  };
}

const problemTypes = new Set<unknown>([
  'refused',
  'key-missing',
  'key-wrong',
  'url-unknown',
  'json-invalid',
  'model-missing',
  'model-unknown',
  'misfit',
]);

function isProblem(outcome: JsonObject | VectorProblem): outcome is VectorProblem {
  return problemTypes.has(outcome.type);
}

function checkKey(
  { headers }: RecordedRequest,
  accepted: readonly string[] | undefined,
): VectorProblem | undefined {
  if (accepted === undefined) return undefined;
  const key = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  if (key === undefined) return { type: 'key-missing' };
  return accepted.includes(key) ? undefined : { type: 'key-wrong' };
}

export function refuse(message: string): VectorRefusal {
  return { type: 'refused', message };
}
