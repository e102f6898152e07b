import type { Clock } from '@vector-engine/core';
import { makeMp4 } from '../../media-files/make-mp4.ts';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { hexOf, uuidOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readString } from '../../wire/read-json.ts';
import { list, map, record } from '../../wire/shape.ts';
import { type GoogleProblem, invalid, isProblem, problemOfStatus } from '../gemini/google-errors.ts';
import { googleJson } from '../gemini/google-headers.ts';
import { wordProblem } from '../gemini/word-problem.ts';
import { createJobBook, isRefusal, type Job } from './job-book.ts';
import { readVeoRequest } from './read-veo-request.ts';
import { renderOperation, type VeoDetails } from './render-operation.ts';
import { absent } from './serve-gemini-veo.ts';
import type { JobOptions, SimulatedJobs } from './simulated-jobs.ts';

/** Veo at Vertex AI: videos come inside the finished operation, or lie in the caller's own bucket. */
export interface VertexVeo {
  readonly jobs: SimulatedJobs;
  /** `:predictLongRunning` of a model that exists, whose full name is `resource`. */
  create(
    request: RecordedRequest,
    question: { readonly model: string; readonly resource: string; readonly seed: string },
  ): PlannedAnswer | GoogleProblem;
  /** `:fetchPredictOperation`. */
  look(request: RecordedRequest): PlannedAnswer | GoogleProblem;
}

const predictShape = record({ instances: list(map), parameters: map, labels: map });

export function serveVertexVeo(options: JobOptions & { readonly clock?: Clock }): VertexVeo {
  const book = createJobBook<VeoDetails>(options);
  return {
    jobs: book.view,
    create(request, { model, resource, seed }) {
      if (!isJsonObject(request.body)) return invalid('Invalid JSON payload received. Unexpected token.');
      const misfit = checkShape(request.body, predictShape);
      if (misfit !== undefined) return wordProblem(misfit);
      const asked = readVeoRequest(request.body, { model, place: 'vertex' });
      if (isProblem(asked)) return asked;
      const { samples, storageUri, ...video } = asked;
      const name = `${resource}/operations/${uuidOf(seed)}`;
      const order = { ...video, id: name, model, details: { samples, storageUri } };
      const outcome = book.create(request, order, () => jsonAnswer(200, { name }, googleJson));
      return isRefusal(outcome) ? problemOfStatus(outcome.status, model) : outcome;
    },
    look(request) {
      const name = isJsonObject(request.body) ? readString(request.body.operationName) : undefined;
      if (name === undefined) return invalid('Operation name is required.');
      const found = book.poll(name);
      if (found === undefined) return absent;
      if (isRefusal(found)) return found.status === 404 ? absent : problemOfStatus(found.status, 'default');
      const operation = renderOperation(found, (samples, filtering) => ({
        '@type': 'type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse',
        ...(samples.length === 0 ? {} : { videos: samples.map((sample) => renderSample(found, sample)) }),
        ...filtering,
      }));
      return jsonAnswer(200, operation, googleJson);
    },
  };
}

function renderSample(job: Job<VeoDetails>, sample: number): JsonObject {
  const { id, width, height, seconds, details } = job;
  const mimeType = 'video/mp4';
  if (details.storageUri !== undefined) {
    const folder = details.storageUri.replace(/\/$/, '');
    return { gcsUri: `${folder}/${hexOf(id, 16)}/sample_${sample}.mp4`, mimeType };
  }
  const video = makeMp4({ width, height, seconds, seed: `${id} ${sample}` });
  return { bytesBase64Encoded: video.toString('base64'), mimeType };
}
