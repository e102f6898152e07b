import {
  countOf,
  fieldsOf,
  listOf,
  numberOf,
  objectOf,
  present,
  stringOf,
  wordOf,
} from '../../dialects/shared/read.ts';
import type { JobReport, JobResult } from '../../protocol/job.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { MediaAnswer } from '../../protocol/media.ts';
import { readObject } from '../shared/read-json.ts';
import { blocked, failed, nothingMade, soundsFiltered } from './job-words.ts';

/** google.rpc.Code: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto. */
const codes: readonly string[] = [
  'ok',
  'cancelled',
  'unknown',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
  'unauthenticated',
];

/** Where the videos are in what an operation has made, and what was kept back. */
export interface VeoMade {
  readonly videos: readonly Json[];
  readonly about: JsonObject;
}

/** An operation: it has no word for its state, and tells no progress. */
export function parseVeo(
  answer: MediaAnswer,
  madeOf: (response: JsonObject) => VeoMade,
  resultOf: (video: JsonObject) => JobResult | undefined,
): JobReport {
  const { done, error, response } = readObject(answer);
  const problem = objectOf(error);
  if (problem !== undefined) return readProblem(problem);
  if (done !== true) return { state: 'running' };
  const { videos, about } = madeOf(fieldsOf(response));
  const results = present(videos.map((video) => resultOf(fieldsOf(video))));
  // Of several, some may be kept back.
  if (results.length > 0) return { state: 'succeeded', progress: 100, results };
  const reasons = listOf(about.raiMediaFilteredReasons).filter((reason) => typeof reason === 'string');
  if (reasons.length === 0 && (countOf(about.raiMediaFilteredCount) ?? 0) === 0) return nothingMade();
  return blocked(reasons.length === 0 ? 'the upstream has filtered every video' : reasons.join(' '));
}

function readProblem({ code, status, message }: JsonObject): JobReport {
  const number = numberOf(code);
  const word = wordOf(status)?.toLowerCase() ?? (number === undefined ? undefined : codes[number]);
  const text = stringOf(message) ?? 'the upstream could not make the video';
  return soundsFiltered(text) ? blocked(text) : failed(word ?? 'generation_failed', text);
}

/** A video by its bytes. */
export function writtenOut(data: Json | undefined, type: Json | undefined): JobResult | undefined {
  const written = wordOf(data);
  return written === undefined ? undefined : { data: written, type: wordOf(type) ?? 'video/mp4' };
}

export function atAddress(url: Json | undefined, type: Json | undefined): JobResult | undefined {
  const address = wordOf(url);
  return address === undefined ? undefined : { url: address, type: wordOf(type) ?? 'video/mp4' };
}
