import { defined, invalid, missing } from '../../dialects/shared/read.ts';
import { need } from '../../dialects/shared/want.ts';
import type { ImageRequest } from '../../protocol/image.ts';
import type { MediaBody } from '../../protocol/media.ts';
import { type Fields, readFields } from '../shared/read-fields.ts';
import { imageNames, parsePictures } from './parse-pictures.ts';
import { parseRatio, parseSize } from './parse-size.ts';

const known = [
  ...imageNames,
  'aspect_ratio',
  'background',
  'input_fidelity',
  'mask',
  'model',
  'moderation',
  'n',
  'output_compression',
  'output_format',
  'partial_images',
  'prompt',
  'quality',
  'resolution',
  'response_format',
  'size',
  'stream',
  'style',
  'user',
];

/** @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING` */
export function parseRequest(body: MediaBody, operation: ImageRequest['operation']): ImageRequest {
  const fields = readFields(body);
  const pictures = parsePictures(body, fields);
  if (operation !== 'images' && pictures.images.length === 0) throw missing('image');
  return defined({
    operation,
    model: need(fields.text('model'), 'model'),
    prompt: operation === 'image-variations' ? '' : need(fields.text('prompt'), 'prompt'),
    n: parseCount(fields),
    size: parseSize(fields.text('size')),
    aspectRatio: parseRatio(fields.text('aspect_ratio')),
    resolution: fields.text('resolution'),
    quality: fields.text('quality'),
    style: fields.text('style'),
    background: fields.text('background'),
    outputFormat: fields.text('output_format'),
    outputCompression: parsePercent(fields),
    delivery: fields.word('response_format', ['url', 'b64_json']),
    moderation: fields.text('moderation'),
    user: fields.text('user'),
    stream: fields.flag('stream') === true,
    partialImages: fields.count('partial_images'),
    inputFidelity: fields.text('input_fidelity'),
    ...pictures,
    extra: fields.rest(known),
  });
}

function parseCount(fields: Fields): number | undefined {
  const count = fields.count('n');
  if (count === 0) throw invalid('n', 'it must be at least 1');
  return count;
}

function parsePercent(fields: Fields): number | undefined {
  const percent = fields.count('output_compression');
  if (percent !== undefined && percent > 100) throw invalid('output_compression', 'it must be 0 to 100');
  return percent;
}
