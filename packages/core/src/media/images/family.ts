import type { ImageRequest, ImageResult } from '../../protocol/image.ts';
import type { MediaFamily } from '../../protocol/media.ts';
import { usageOf } from './convert-usage.ts';
import { parseRequest } from './parse-request.ts';
import { renderAnswer } from './render-answer.ts';
import { join, split } from './split.ts';

function family(operation: ImageRequest['operation']): MediaFamily<ImageRequest, ImageResult> {
  return { parseRequest: (body) => parseRequest(body, operation), renderAnswer, usageOf, split, join };
}

/** `/v1/images/generations`, `/edits`, `/variations`: https://platform.openai.com/docs/api-reference/images; with `aspect_ratio` and `resolution` as xAI has them. */
export const imagesFamily: MediaFamily<ImageRequest, ImageResult> = family('images');
export const imageEditsFamily: MediaFamily<ImageRequest, ImageResult> = family('image-edits');
export const imageVariationsFamily: MediaFamily<ImageRequest, ImageResult> = family('image-variations');
