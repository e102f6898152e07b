import { ByteCall } from '../dialects/shared/byte-call.ts';
import { isObject, parseJson } from '../dialects/shared/read.ts';
import type { Modalities } from '../model-modalities.ts';
import { bufferOf } from '../protocol/buffer-of.ts';
import type { Call } from '../protocol/call.ts';
import type { JobFace } from '../protocol/job.ts';
import { isMedia, type MediaOperation } from '../protocol/media.ts';
import type { Upstreams } from '../settings/options.ts';

/** A call for what is made in a job. */
export type JobCall = Call & { readonly operation: MediaOperation; readonly face: JobFace };

/**
 * The call as one for a job, where it is one: what is asked for as a video, of a model that makes videos, or of an upstream that
 * takes its time over pictures.
 */
export function asJob(call: Call, modalities: Modalities, upstreams: Upstreams): JobCall | undefined {
  const { operation, face } = call;
  if (face === undefined || !isMedia(operation)) return undefined;
  if (operation === 'video') return withFace(call, operation, face);
  if (namesVideo(call) || modalities.of(call.model) === 'video') return withFace(call, 'video', face);
  const isSlow = modalities.reaches(call.model, ({ upstream, model }) => {
    return upstreams[upstream]?.jobs(operation, model) !== undefined;
  });
  return isSlow ? withFace(call, operation, face) : undefined;
}

function withFace(call: Call, operation: MediaOperation, face: JobFace): JobCall {
  const job = new ByteCall(bufferOf(call.bytes), {
    ...call,
    operation,
    face,
    stream: false,
  });
  return Object.assign(job, { operation, face });
}

const typed = /"type"\s*:\s*"video"/;

/** Looked for first: pictures in a body make it large, and hardly any has it. */
function namesVideo({ bytes }: Call): boolean {
  const body = bufferOf(bytes);
  if (!typed.test(body.toString('latin1'))) return false;
  const asked = parseJson(body.toString('utf8'));
  return isObject(asked) && asked['type'] === 'video';
}
