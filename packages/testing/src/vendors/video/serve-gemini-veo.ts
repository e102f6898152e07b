import type { Clock } from '@vector-engine/core';
import { makeMp4 } from '../../media-files/make-mp4.ts';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { isJsonObject } from '../../wire/read-json.ts';
import { list, map, record } from '../../wire/shape.ts';
import {
  type GoogleProblem,
  invalid,
  isProblem,
  notFound,
  problemOfStatus,
} from '../gemini/google-errors.ts';
import { googleJson } from '../gemini/google-headers.ts';
import { wordProblem } from '../gemini/word-problem.ts';
import { createJobBook, isRefusal } from './job-book.ts';
import { readVeoRequest } from './read-veo-request.ts';
import { renderOperation, type VeoDetails } from './render-operation.ts';
import { padVideo, serveFile } from './serve-file.ts';
import type { JobOptions, SimulatedJobs } from './simulated-jobs.ts';

/** Veo at the Gemini Developer API. */
export interface GeminiVeo {
  readonly jobs: SimulatedJobs;
  /** `:predictLongRunning` of a model that exists. */
  create(
    request: RecordedRequest,
    question: { readonly model: string; readonly seed: string },
  ): PlannedAnswer | GoogleProblem;
  /** Operations and files; undefined where the address is neither's. */
  look(request: RecordedRequest, address: URL): PlannedAnswer | GoogleProblem | undefined;
}

const predictShape = record({ instances: list(map), parameters: map, webhookConfig: map });

/** Google's word for whatever is not there. */
export const absent: GoogleProblem = notFound('Requested entity was not found.');

export function serveGeminiVeo(options: JobOptions & { readonly clock?: Clock }): GeminiVeo {
  const book = createJobBook<VeoDetails>(options);
  /** By their ids: of which job, and which of its videos. */
  const files = new Map<string, { readonly id: string; readonly sample: number }>();

  function lookAtOperation(name: string, origin: string): PlannedAnswer | GoogleProblem {
    const found = book.poll(name);
    if (found === undefined) return absent;
    if (isRefusal(found)) return found.status === 404 ? absent : problemOfStatus(found.status, 'default');
    const operation = renderOperation(found, (samples, filtering) => ({
      '@type': 'type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse',
      generateVideoResponse: {
        ...(samples.length === 0
          ? {}
          : {
              generatedSamples: samples.map((sample) => ({
                video: { uri: `${origin}/v1beta/files/${fileId(name, sample)}:download?alt=media` },
              })),
            }),
        ...filtering,
      },
    }));
    return jsonAnswer(200, operation, googleJson);
  }

  function download(request: RecordedRequest, id: string): PlannedAnswer | GoogleProblem {
    const file = files.get(id);
    const found = file === undefined ? undefined : book.download(file.id);
    if (found !== undefined && isRefusal(found)) return problemOfStatus(found.status, 'default');
    if (found === undefined || found.progress < 100) {
      const message = `You do not have permission to access the File ${id} or it may not exist.`;
      return { code: 403, status: 'PERMISSION_DENIED', message };
    }
    const { width, height, seconds, plan } = found;
    const video = makeMp4({ width, height, seconds, seed: id });
    return serveFile(request, padVideo(video, plan.file?.bytes ?? 0));
  }

  return {
    jobs: book.view,
    create(request, { model, seed }) {
      if (!isJsonObject(request.body)) return invalid('Invalid JSON payload received. Unexpected token.');
      const misfit = checkShape(request.body, predictShape);
      if (misfit !== undefined) return wordProblem(misfit);
      const asked = readVeoRequest(request.body, { model, place: 'gemini' });
      if (isProblem(asked)) return asked;
      const { samples, storageUri, ...video } = asked;
      const name = `models/${model}/operations/${hexOf(seed, 12)}`;
      const order = { ...video, id: name, model, details: { samples, storageUri } };
      const outcome = book.create(request, order, () => jsonAnswer(200, { name }, googleJson));
      if (isRefusal(outcome)) return problemOfStatus(outcome.status, model);
      for (let sample = 0; sample < samples; sample += 1)
        files.set(fileId(name, sample), { id: name, sample });
      return outcome;
    },
    look(request, { pathname, search }) {
      if (request.method !== 'GET') return undefined;
      const operation = /^\/v1(?:beta)?\/(models\/[^/]+\/operations\/[^/]+)$/.exec(pathname)?.[1];
      if (operation !== undefined) return lookAtOperation(operation, request.origin);
      const [, moved, id] = /^(\/download)?\/v1beta\/files\/([^/]+):download$/.exec(pathname) ?? [];
      if (id === undefined) return undefined;
      if (moved !== undefined) return download(request, id);
      // As recorded: the file is one redirect away, at the same host.
      return jsonAnswer(
        302,
        { error: { code: 302, message: 'Unknown Error.', status: 'UNKNOWN' } },
        { ...googleJson, headers: { location: `${request.origin}/download${pathname}${search}` } },
      );
    },
  };
}

function fileId(name: string, sample: number): string {
  return hexOf(`${name} ${sample}`, 12);
}
