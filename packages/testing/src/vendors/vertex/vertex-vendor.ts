import type { Clock } from '@vector-engine/core';
import { jsonAnswer, type PlannedAnswer, wholeAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { readString } from '../../wire/read-json.ts';
import { writeClaudeError } from '../anthropic/anthropic-vendor.ts';
import { countRequests } from '../count-requests.ts';
import { createGeminiService, writeGoogleError } from '../gemini/answer-request.ts';
import { geminiModels } from '../gemini/gemini-facts.ts';
import { addressOf, refuse } from '../gemini/gemini-vendor.ts';
import {
  type GoogleProblem,
  invalid,
  isProblem,
  notFound,
  problemOfStatus,
  renderProblem,
  unauthenticated,
} from '../gemini/google-errors.ts';
import { googleHeaders, googleJson, googlePage } from '../gemini/google-headers.ts';
import { readMethod, takesMethod } from '../gemini/model-kinds.ts';
import type { Vendor } from '../vendor.ts';
import type { VendorOptions } from '../vendor-options.ts';
import { veoModels } from '../video/read-veo-request.ts';
import { serveVertexVeo } from '../video/serve-vertex-veo.ts';
import type { JobOptions, SimulatedJobs } from '../video/simulated-jobs.ts';
import { readAddress, type VertexAddress } from './read-address.ts';
import { createVertexClaude, isCounter } from './serve-claude.ts';

const claudeModels: readonly string[] = [
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'claude-opus-4-5@20251101',
  'claude-haiku-4-5@20251001',
  'claude-sonnet-4-5@20250929',
  'claude-3-7-sonnet@20250219',
];

const vectorModels: readonly string[] = ['text-embedding-005', 'text-multilingual-embedding-002'];

/** Vertex AI: Gemini and Claude. */
export function createVertexVendor(
  options: VendorOptions & JobOptions & { readonly clock?: Clock },
): Vendor & { readonly jobs: SimulatedJobs } {
  const requests = countRequests(options.clock);
  const models = options.models ?? [...geminiModels, ...vectorModels, ...veoModels, ...claudeModels];
  const gemini = createGeminiService({ place: 'vertex', script: options.answer });
  const claude = createVertexClaude(models, options.answer);
  const veo = serveVertexVeo(options);

  function route(request: RecordedRequest, url: URL): PlannedAnswer | GoogleProblem | undefined {
    const address = readAddress(url);
    if (address === undefined) return undefined;
    const { model, method, resource, publisher } = address;
    if (model !== undefined && !models.includes(model) && !isCounter(address)) return unknownModel(resource);
    if (method === undefined) return request.method === 'GET' ? list(address) : undefined;
    if (request.method !== 'POST' || model === undefined) return undefined;
    const { seed } = requests.next();
    if (publisher === 'anthropic') return claude.answer(request, address, seed);
    if (method === 'predictLongRunning') {
      return (options.models ?? veoModels).includes(model)
        ? veo.create(request, { model, resource, seed })
        : unknownModel(resource);
    }
    if (method === 'fetchPredictOperation') return veo.look(request);
    const operation = readMethod(method);
    if (operation === undefined || operation === 'batchEmbedContents') return undefined;
    if (!takesMethod(model, operation))
      return operation === 'predict' ? noPredictions : unknownModel(resource);
    const isSse = url.searchParams.get('alt') === 'sse';
    return gemini(request, { operation, model, isSse, seed, now: requests.now() });
  }

  function list({ publisher, model, resource }: VertexAddress): PlannedAnswer {
    const named = models.filter((name) => name.startsWith('claude') === (publisher === 'anthropic'));
    const describe = (name: string): object => ({
      name: `publishers/${publisher}/models/${name}`,
      versionId: 'default',
      launchStage: 'GA',
    });
    const body =
      model === undefined ? { publisherModels: named.map(describe) } : { ...describe(model), resource };
    return jsonAnswer(200, body, googleJson);
  }

  return {
    basePath: '',
    jobs: veo.jobs,
    answer(request) {
      const url = addressOf(request);
      const outcome = checkToken(request, url, options.apiKeys) ?? route(request, url);
      if (outcome === undefined) {
        return wholeAnswer(404, googlePage, { ...googleHeaders, 'content-type': 'text/html; charset=UTF-8' });
      }
      if (isProblem(outcome)) return refuse(outcome, request);
      return { ...outcome, headers: { ...googleHeaders, ...outcome.headers } };
    },
    refuse(status, request) {
      const address = readAddress(addressOf(request));
      const told =
        address?.publisher === 'anthropic' ? claude.refuse(status, requests.next().seed) : undefined;
      return told ?? refuse(problemOfStatus(status, address?.model ?? 'default'), request);
    },
    writeStreamError(request, { body, afterEvents }) {
      const url = addressOf(request);
      return readAddress(url)?.publisher === 'anthropic'
        ? writeClaudeError(body, requests.next().seed, 'vertex')
        : writeGoogleError(
            body ?? renderProblem(problemOfStatus(503, '')),
            url.searchParams.get('alt') === 'sse',
            afterEvents,
          );
    },
  };
}

const noPredictions: GoogleProblem = invalid(
  'Gemini cannot be accessed through Vertex Predict/RawPredict API. Please follow https://cloud.google.com/vertex-ai/docs/generative-ai/start/quickstarts/quickstart-multimodal for Gemini usage.',
);

function unknownModel(resource: string): GoogleProblem {
  return notFound(
    `Publisher Model \`${resource}\` was not found or your project does not have access to it. Please ensure you are using a valid model version. For more information, see: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions`,
  );
}

/** An access token as Bearer; in express mode a key, as in the Developer API. */
function checkToken(
  { headers }: RecordedRequest,
  url: URL,
  accepted: readonly string[] | undefined,
): GoogleProblem | undefined {
  if (accepted === undefined) return undefined;
  const token =
    /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1] ??
    readString(headers['x-goog-api-key']) ??
    url.searchParams.get('key') ??
    '';
  return accepted.includes(token) ? undefined : unauthenticated;
}
