import type { Clock } from '@vector-engine/core';
import { jsonAnswer, type PlannedAnswer, wholeAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { readString } from '../../wire/read-json.ts';
import { countRequests } from '../count-requests.ts';
import { GeminiFiles } from '../native/serve-gemini-files.ts';
import type { Vendor } from '../vendor.ts';
import type { VendorOptions } from '../vendor-options.ts';
import { veoModels } from '../video/read-veo-request.ts';
import { serveGeminiVeo } from '../video/serve-gemini-veo.ts';
import type { JobOptions, SimulatedJobs } from '../video/simulated-jobs.ts';
import { createGeminiService, writeGoogleError } from './answer-request.ts';
import { geminiModels } from './gemini-facts.ts';
import {
  errorInfo,
  type GoogleProblem,
  invalid,
  isProblem,
  notFound,
  problemOfStatus,
  renderProblem,
} from './google-errors.ts';
import { googleHeaders, googleJson, googlePage } from './google-headers.ts';
import { describeGemini, listGeminiModels } from './list-gemini-models.ts';
import { type GeminiMethod, readMethod, takesMethod } from './model-kinds.ts';

/** The Gemini Developer API. */
export function createGeminiVendor(
  options: VendorOptions & JobOptions & { readonly clock?: Clock },
): Vendor & { readonly jobs: SimulatedJobs } {
  const requests = countRequests(options.clock);
  const models = options.models ?? [...geminiModels, ...veoModels];
  const gemini = createGeminiService({ place: 'gemini', script: options.answer });

  const veo = serveGeminiVeo(options);
  const files = new GeminiFiles(options);

  function makeVideo(request: RecordedRequest, model: string): PlannedAnswer | GoogleProblem {
    return (options.models ?? veoModels).includes(model)
      ? veo.create(request, { model, seed: requests.next().seed })
      : unknownModel(model, 'v1beta', 'predictLongRunning');
  }

  function route(request: RecordedRequest, address: URL): PlannedAnswer | GoogleProblem | undefined {
    const video = /^\/v1beta\/models\/([^/:]+):predictLongRunning$/.exec(address.pathname)?.[1];
    if (video !== undefined && request.method === 'POST') return makeVideo(request, video);
    const file = files.answer(request, address, keyOf(request, address) ?? '');
    if (file !== undefined) return file;
    const looked = veo.look(request, address);
    if (looked !== undefined) return looked;
    const { method, model, version } = readAddress(address);
    if (version === undefined) return undefined;
    if (method === undefined) {
      if (request.method !== 'GET') return undefined;
      if (model === undefined)
        return jsonAnswer(200, listGeminiModels(models, address.searchParams), googleJson);
      return models.includes(model)
        ? jsonAnswer(200, describeGemini(model), googleJson)
        : unknownModel(model, version, 'generateContent');
    }
    if (request.method !== 'POST' || model === undefined) return undefined;
    if (!models.includes(model) || !takesMethod(model, method)) return unknownModel(model, version, method);
    const isSse = address.searchParams.get('alt') === 'sse';
    const question = { operation: method, model, isSse, seed: requests.next().seed, now: requests.now() };
    return gemini(request, question);
  }

  return {
    basePath: '',
    jobs: veo.jobs,
    answer(request) {
      const address = addressOf(request);
      const outcome = checkKey(request, address, options.apiKeys) ?? route(request, address);
      if (outcome === undefined) {
        return wholeAnswer(404, googlePage, { ...googleHeaders, 'content-type': 'text/html; charset=UTF-8' });
      }
      if (isProblem(outcome)) return refuse(outcome, request);
      return { ...outcome, headers: { ...googleHeaders, ...outcome.headers } };
    },
    refuse: (status, request) =>
      refuse(problemOfStatus(status, readAddress(addressOf(request)).model ?? 'default'), request),
    writeStreamError: (request, { body, afterEvents }) =>
      writeGoogleError(
        body ?? renderProblem(problemOfStatus(503, '')),
        addressOf(request).searchParams.get('alt') === 'sse',
        afterEvents,
      ),
  };
}

export function addressOf({ path }: RecordedRequest): URL {
  return new URL(path, 'http://localhost');
}

/** Refusals of a stream that was to be an array are arrays, too. */
export function refuse(problem: GoogleProblem, request: RecordedRequest): PlannedAnswer {
  const address = addressOf(request);
  const isArray =
    address.pathname.endsWith(':streamGenerateContent') && address.searchParams.get('alt') !== 'sse';
  const body = renderProblem(problem);
  return jsonAnswer(problem.code, isArray ? [body] : body, {
    headers: { ...googleHeaders, ...problem.headers },
    ...googleJson,
  });
}

interface Address {
  readonly version?: string;
  readonly model?: string;
  readonly method?: GeminiMethod;
}

/** `/v1beta/models/{model}:{method}`, `/v1beta/models/{model}`, `/v1beta/models`. */
function readAddress({ pathname }: URL): Address {
  const [, version, rest = ''] = /^\/(v1|v1beta|v1alpha)\/models(.*)$/.exec(pathname) ?? [];
  if (version === undefined) return {};
  if (rest === '') return { version };
  const [, model, name] = /^\/([^/:]+)(?::(\w+))?$/.exec(rest) ?? [];
  if (model === undefined) return {};
  const known = { version, model: decodeURIComponent(model) };
  if (name === undefined) return known;
  const method = readMethod(name);
  return method === undefined ? {} : { ...known, method };
}

function unknownModel(model: string, version: string, method: string): GoogleProblem {
  return notFound(
    `models/${model} is not found for API version ${version}, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`,
  );
}

const service = 'generativelanguage.googleapis.com';

/** A key comes as `x-goog-api-key` or as `?key=`. */
function keyOf({ headers }: RecordedRequest, address: URL): string | undefined {
  return readString(headers['x-goog-api-key']) ?? address.searchParams.get('key') ?? undefined;
}

function checkKey(
  request: RecordedRequest,
  address: URL,
  accepted: readonly string[] | undefined,
): GoogleProblem | undefined {
  if (accepted === undefined) return undefined;
  const key = keyOf(request, address);
  if (key === undefined) {
    return {
      code: 403,
      status: 'PERMISSION_DENIED',
      message:
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
    };
  }
  if (accepted.includes(key)) return undefined;
  const message = 'API key not valid. Please pass a valid API key.';
  return invalid(message, [
    errorInfo('API_KEY_INVALID', service),
    { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message },
  ]);
}
