import { invalid, isList, restOf } from '../../dialects/shared/read.ts';
import { need, wantName, wantString, wantWord } from '../../dialects/shared/want.ts';
import type { Picture, VideoRequest } from '../../protocol/job.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { MediaBody } from '../../protocol/media.ts';
import { linesOf, ratioOf } from './fit-video.ts';
import { plain } from './parse-videos-request.ts';
import { readPicture, readPictureFile } from './read-picture.ts';
import { badSize, readNumber, readRatio, readSeconds, readSide, sizeIn } from './read-size.ts';
import { readValues, type Sent } from './read-values.ts';

/** Where callers put the picture that a video begins with; the first is what we say. */
const pictures = ['image', 'image_url', 'input_reference', 'images'] as const;

const known: readonly string[] = [
  ...pictures,
  'aspect_ratio',
  'duration',
  'height',
  'model',
  'n',
  'prompt',
  'resolution',
  'response_format',
  'seconds',
  'size',
  'style',
  'type',
  'width',
];

type Look = Pick<VideoRequest, 'width' | 'height' | 'aspectRatio' | 'resolution'>;

/**
 * A video as aggregators' clients ask for it: POST /video/generations, and POST /images/generations with a video model. What
 * an upstream cannot do just so is done as nearly as can be.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`
 */
export async function parseTaskRequest(body: MediaBody): Promise<VideoRequest> {
  const fields = readValues(body);
  const { values } = fields;
  const written = need(wantName(values.prompt, 'prompt'), 'prompt');
  const style = wantString(values.style, 'style')?.trim() ?? '';
  wantWord(values.type, ['video'], 'type');
  if (values.response_format === 'b64_json')
    throw invalid('response_format', 'it must be url: a video is fetched from its address');
  wantWord(values.response_format, ['url'], 'response_format');
  return {
    ...plain,
    prompt: style === '' ? written : `${written}\n\nStyle: ${style}`,
    originalPrompt: style === '' ? undefined : written,
    seconds: readLength(values),
    ...readLook(values),
    n: readNumber(values.n, 'n'),
    image: await readStart(fields),
    extra: restOf(values, known) ?? {},
  };
}

function readLength({ duration, seconds }: JsonObject): number | undefined {
  const [one, other] = [readSeconds(duration, 'duration'), readSeconds(seconds, 'seconds')];
  if (one !== undefined && other !== undefined && one !== other)
    throw invalid('seconds', 'it is not what duration says; give one of them');
  return one ?? other;
}

/** A size may be told in pixels, as a ratio, as a resolution, and by its sides. */
function readLook({ size, width, height, aspect_ratio, resolution }: JsonObject): Look {
  const told = [readTold(size, 'size'), readTold(resolution, 'resolution'), readSides(width, height)];
  const look = Object.assign({}, ...told.toReversed());
  const ratio = readRatio(aspect_ratio, 'aspect_ratio');
  return {
    width: undefined,
    height: undefined,
    aspectRatio: undefined,
    resolution: undefined,
    ...look,
    ...(ratio !== undefined && { aspectRatio: ratio }),
  };
}

function readTold(value: Json | undefined, name: 'size' | 'resolution'): Partial<Look> {
  if (value === undefined || value === null || value === '' || value === 'auto') return {};
  const size = sizeIn(value);
  if (size !== undefined) return size;
  const text = typeof value === 'string' ? value : '';
  if (ratioOf(text) !== undefined) return { aspectRatio: text };
  if (linesOf(text) !== undefined) return { resolution: text.toLowerCase() };
  throw name === 'size' ? badSize(name) : invalid(name, 'it must be a resolution, like "720p" or "1080p"');
}

function readSides(across: Json | undefined, down: Json | undefined): Partial<Look> {
  const [width, height] = [readSide(across, 'width'), readSide(down, 'height')];
  if (width === undefined && height === undefined) return {};
  if (width === undefined) throw invalid('width', 'it must be given with height');
  if (height === undefined) throw invalid('height', 'it must be given with width');
  return { width, height };
}

async function readStart({ values, files }: Sent): Promise<Picture | undefined> {
  const given: [name: string, value: Json][] = [];
  for (const name of pictures) {
    const value = values[name];
    const list = isList(value) ? value : [value];
    for (const item of list)
      if (item !== undefined && item !== null && item !== '' && item !== given[0]?.[1])
        given.push([name, item]);
  }
  const count = given.length + files.size;
  const [first] = given;
  const [file] = files;
  const name = first?.[0] ?? file?.[0] ?? 'image';
  if (count > 1) throw invalid(name, 'a video begins with one picture; give one');
  if (file !== undefined) return await readPictureFile(file[1], file[0]);
  return first === undefined ? undefined : readPicture(first[1], name);
}
