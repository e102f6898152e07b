import { invalid, restOf } from '../../dialects/shared/read.ts';
import { need, wantName } from '../../dialects/shared/want.ts';
import type { JobHandle, Picture, VideoRequest } from '../../protocol/job.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaBody } from '../../protocol/media.ts';
import { readPicture, readPictureFile } from './read-picture.ts';
import { readSize } from './read-size.ts';
import { readValues, type Sent } from './read-values.ts';

const known = ['input_reference', 'model', 'prompt', 'seconds', 'size'];

/**
 * POST /videos: openai/resources/videos.d.ts. Which lengths and sizes there are, the upstream's format knows.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`
 */
export async function parseVideosRequest(body: MediaBody): Promise<VideoRequest> {
  const fields = readValues(body);
  const { values } = fields;
  const size = readSize(values.size, 'size');
  return {
    ...plain,
    prompt: need(wantName(values.prompt, 'prompt'), 'prompt'),
    seconds: readWholeSeconds(values.seconds),
    width: size?.width,
    height: size?.height,
    isExact: true,
    image: await readReference(fields),
    extra: restOf(values, known) ?? {},
  };
}

/**
 * POST /videos/{id}/remix. `source`: the video that is changed.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`
 */
export function parseRemixRequest(body: MediaBody, source: JobHandle): VideoRequest {
  const { values } = readValues(body);
  return {
    ...plain,
    prompt: need(wantName(values.prompt, 'prompt'), 'prompt'),
    isExact: true,
    remixOf: source,
    extra: restOf(values, ['model', 'prompt']) ?? {},
  };
}

/** A request for anything. */
export const plain: Omit<VideoRequest, 'prompt'> = {
  originalPrompt: undefined,
  seconds: undefined,
  width: undefined,
  height: undefined,
  aspectRatio: undefined,
  resolution: undefined,
  n: undefined,
  isExact: false,
  image: undefined,
  remixOf: undefined,
  extra: {},
};

/** "8"; many write 8. */
function readWholeSeconds(value: JsonObject[string]): number | undefined {
  if (value === undefined || value === null) return undefined;
  const isText = typeof value === 'string' || typeof value === 'number';
  const [digits] = /^[1-9]\d{0,3}$/.exec(isText ? String(value) : '') ?? [];
  if (digits === undefined) throw invalid('seconds', 'it must be a whole number of seconds, like "8"');
  return Number(digits);
}

async function readReference({ values, files }: Sent): Promise<Picture | undefined> {
  const name = 'input_reference';
  const file = files.get(name);
  const [other] = [...files.keys()].filter((written) => written !== name);
  if (other !== undefined) throw invalid(other, `no file is expected here; a picture goes into ${name}`);
  if (file === undefined) return readPicture(values[name], name);
  if (values[name] !== undefined) throw invalid(name, 'it is given twice; give it once');
  return await readPictureFile(file, name);
}
