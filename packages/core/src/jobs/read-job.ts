import { createHash } from 'node:crypto';
import { toJobRequest } from '../media/images/to-job-request.ts';
import { mediaOf } from '../media/load-media.ts';
import { parseTaskRequest } from '../media/video/parse-task-request.ts';
import { parseVideosRequest } from '../media/video/parse-videos-request.ts';
import type { Call, TargetName } from '../protocol/call.ts';
import type { ImageJobRequest, VideoRequest } from '../protocol/job.ts';
import type { MediaBody } from '../protocol/media.ts';

/** What is asked for, in no vendor's words, and how its picture is wanted. */
export interface AskedJob {
  readonly request: VideoRequest | ImageJobRequest;
  readonly prompt: string;
  /** What is asked in place of the prompt. */
  readonly revisedPrompt: string | undefined;
  readonly wantsBytes: boolean;
  /** It changes a video of ours, and is made where that was. */
  readonly remix?: Remix;
}

export interface Remix {
  /** Our id of the video. */
  readonly from: string;
  readonly target: TargetName;
  /** Digest of the key that it belongs to. */
  readonly keyDigest: string | undefined;
}

/**
 * Reads a job through the face that it is asked for at.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`
 */
export async function readJob(call: Call, body: MediaBody): Promise<AskedJob> {
  if (call.operation !== 'video') {
    const { request, wantsBytes } = await toJobRequest(mediaOf().families.images.parseRequest(body));
    return { request, prompt: request.prompt, revisedPrompt: undefined, wantsBytes };
  }
  const request = await (call.face === 'videos' ? parseVideosRequest(body) : parseTaskRequest(body));
  const { prompt, originalPrompt } = request;
  return originalPrompt === undefined
    ? { request, prompt, revisedPrompt: undefined, wantsBytes: false }
    : { request, prompt: originalPrompt, revisedPrompt: prompt, wantsBytes: false };
}

/** Of all that is asked for: who asks the same gives the same. */
export function digestJob({ operation, model }: Call, request: AskedJob['request']): string {
  const hash = createHash('sha256').update(`${operation}\n${model}\n`);
  const plain = JSON.stringify(request, (name, value: unknown) =>
    name === 'image' || name === 'images' ? undefined : value,
  );
  hash.update(plain);
  const pictures = 'images' in request ? request.images : request.image === undefined ? [] : [request.image];
  for (const picture of pictures) {
    if ('bytes' in picture) hash.update(picture.type).update(picture.bytes);
    else hash.update(JSON.stringify(picture));
  }
  return hash.digest('base64url');
}
