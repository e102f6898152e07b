import {
  countOf,
  defined,
  fieldsOf,
  isObject,
  numberOf,
  protocolError,
  restOf,
  wordOf,
} from '../../dialects/shared/read.ts';
import { readDataUrl } from '../../dialects/shared/read-data-url.ts';
import type { FilteredImage, ImageResult, MadeImage } from '../../protocol/image.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { MediaAnswer } from '../../protocol/media.ts';
import { needList, readObject } from '../shared/read-json.ts';
import { parseUsage } from './convert-usage.ts';
import { allFiltered } from './refuse-filtered.ts';

const known = [
  'created',
  'data',
  'background',
  'output_format',
  'quality',
  'size',
  'usage',
  'filtered',
  'model',
];

/**
 * OpenAI's answer, which most have taken over: `{created, data: [{url | b64_json, revised_prompt}]}`. xAI tells of each picture
 * whether it may be shown: `@ai-sdk/xai`, `xai-image-model.ts`.
 *
 * @throws GatewayError `VE_UPSTREAM_STATUS` where all are filtered
 */
export function parseListAnswer(answer: MediaAnswer): ImageResult {
  const body = readObject(answer);
  const list = needList(body['data'], 'data');
  const images: MadeImage[] = [];
  const filtered: FilteredImage[] = [...toldFiltered(body['filtered'])];
  list.forEach((item, index) => {
    const reason = reasonOf(fieldsOf(item));
    if (reason === undefined) images.push(readImage(item));
    else filtered.push({ index, reason });
  });
  return finish(images, filtered, body);
}

function finish(
  images: readonly MadeImage[],
  filtered: readonly FilteredImage[],
  body: JsonObject,
): ImageResult {
  if (images.length === 0 && filtered.length > 0) throw allFiltered(filtered);
  if (images.length === 0) throw protocolError('the answer has no images');
  const usage = parseUsage(body['usage']);
  return defined({
    images,
    filtered,
    created: numberOf(body['created']),
    background: wordOf(body['background']),
    outputFormat: wordOf(body['output_format']),
    quality: wordOf(body['quality']),
    size: wordOf(body['size']),
    usage,
    wireUsage: isObject(body['usage']) ? body['usage'] : undefined,
    extra: restOf(body, known),
  });
}

/** A gateway such as this one names them beside the data. */
function toldFiltered(value: Json | undefined): readonly FilteredImage[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: Json, position) => {
    const { index, reason } = fieldsOf(item);
    return { index: countOf(index) ?? position, reason: wordOf(reason) ?? 'filtered' };
  });
}

/** Why a picture is withheld; undefined for one that is there. */
function reasonOf(image: JsonObject): string | undefined {
  if (image['respect_moderation'] === false) return 'moderation';
  const { error } = image;
  // Volcengine and others tell each picture's failure in its place.
  if (isObject(error)) return wordOf(error['code']) ?? wordOf(error['message']) ?? 'error';
  return undefined;
}

function readImage(item: Json): MadeImage {
  const { url, b64_json, revised_prompt, mime_type } = fieldsOf(item);
  const written = wordOf(url);
  const inUrl = written === undefined ? undefined : readDataUrl(written);
  const data = wordOf(b64_json) ?? inUrl?.data;
  if (data === undefined && written === undefined)
    throw protocolError('an image has neither url nor b64_json');
  return defined({
    data,
    url: data === undefined ? written : undefined,
    type: wordOf(mime_type) ?? inUrl?.mediaType,
    revisedPrompt: wordOf(revised_prompt),
  });
}
