import type { JsonObject } from '../../wire/read-json.ts';
import type { Job } from './job-book.ts';

export interface VeoDetails {
  readonly samples: number;
  readonly storageUri: string | undefined;
}

/** The words of https://github.com/googleapis/js-genai/issues/1272. */
const filtered =
  'We encountered an issue with the audio for your prompt, which means we could not create your video. This can sometimes happen due to our safety filters or other processing issues. Please modify your request and try again. You have not been charged for this attempt.';

const failed =
  'Video generation failed due to an internal server issue. Please try again in a few minutes. If the problem persists, please contact support.';

/**
 * A long-running operation as Google tells it (https://google.aip.dev/151): only its name until it is done. `respond` makes the
 * response from the numbers of the videos that were not filtered.
 */
export function renderOperation(
  job: Job<VeoDetails>,
  respond: (samples: readonly number[], filtering: JsonObject) => JsonObject,
): JsonObject {
  const { id: name, state, end, details } = job;
  if (state === 'queued' || state === 'running') return { name };
  if (end.type === 'failure') {
    const code = Number(end.code ?? 13);
    const error = { code: Number.isNaN(code) ? 13 : code, message: end.message ?? failed };
    return { name, done: true, error };
  }
  const all = Array.from({ length: details.samples }, (_, sample) => sample);
  const count = end.type === 'filtered' ? Math.min(end.count ?? all.length, all.length) : 0;
  const filtering =
    count === 0
      ? {}
      : { raiMediaFilteredCount: count, raiMediaFilteredReasons: all.slice(0, count).map(() => filtered) };
  return { name, done: true, response: respond(all.slice(count), filtering) };
}
