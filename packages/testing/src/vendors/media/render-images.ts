import { countTokens } from '../../replies/count-tokens.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import { readNumber, readString } from '../../wire/read-json.ts';
import { helpOf, refusedContent } from '../openai-errors.ts';
import type { ImageOrder } from './answer-images.ts';
import { type Drawing, drawImage, linkImage, readFormat, readSize } from './draw-image.ts';
import type { MediaQuestion } from './media-question.ts';
import type { PlannedImage } from './plan-images.ts';

/** Of an image of 1024x1024: https://platform.openai.com/docs/guides/image-generation#calculating-costs. */
const tokensByQuality: Readonly<Record<string, number>> = { low: 272, medium: 1056 };
const tokensOfBest = 4160;
const tokensOfPicture = 323;

/** The body of an answer that is not streamed. */
export function renderImages(
  { created, request }: MediaQuestion,
  order: ImageOrder,
  images: readonly PlannedImage[],
): JsonObject {
  const { kind, body, use } = order;
  const look = lookOf(order);
  const data = images.map((image) => {
    const drawing = drawingOf(order, image);
    const revised = kind.revises ? revise(body, image) : {};
    return kind.links && body.response_format !== 'b64_json'
      ? { ...revised, url: linkImage(request.origin, drawing) }
      : { ...revised, b64_json: drawImage(drawing).toString('base64') };
  });
  if (!kind.isGpt || use === 'image-variations') return { created, data };
  const usage = countUsage(order, images.length);
  const details = { image_tokens: usage.output_tokens, text_tokens: 0 };
  return { created, ...look, data, usage: { ...usage, output_tokens_details: details } };
}

function revise({ prompt }: JsonObject, { revisedPrompt }: PlannedImage): JsonObject {
  return { revised_prompt: revisedPrompt ?? `A detailed picture: ${String(prompt)}` };
}

/** The events of a stream: `partial_images` times what is there so far, then the image. Filtered images end it. */
export function* streamImages(
  { created, seed }: MediaQuestion,
  order: ImageOrder,
  images: readonly PlannedImage[],
): Generator<string> {
  const name = order.use === 'image-edits' ? 'image_edit' : 'image_generation';
  const look = lookOf(order);
  for (const image of images) {
    const drawing = drawingOf(order, image);
    for (let index = 0; index < (readNumber(order.body.partial_images) ?? 0); index += 1) {
      const b64 = drawImage({ ...drawing, seed: `${drawing.seed} ${index}` }).toString('base64');
      const type = `${name}.partial_image`;
      yield toEvent({ type, b64_json: b64, partial_image_index: index, created_at: created, ...look });
    }
    if (image.isFiltered) {
      yield toEvent({ type: 'error', error: refusedContent(helpOf(seed)) });
      return;
    }
    const b64_json = drawImage(drawing).toString('base64');
    const usage = countUsage(order, 1);
    yield toEvent({ type: `${name}.completed`, b64_json, created_at: created, ...look, usage });
  }
}

function toEvent(event: JsonObject): string {
  return `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** What `auto` has become. */
function lookOf({ body, kind }: ImageOrder): JsonObject {
  const told = (name: string, usual: string): string => {
    const value = readString(body[name]);
    return value === undefined || value === 'auto' ? usual : value;
  };
  return {
    background: told('background', 'opaque'),
    output_format: told('output_format', 'png'),
    quality: told('quality', 'high'),
    size: told('size', kind.usualSize),
  };
}

function drawingOf(order: ImageOrder, { seed }: PlannedImage): Drawing {
  const pixels = readSize(lookOf(order).size) ?? { width: 1024, height: 1024 };
  return { ...pixels, seed, format: readFormat(order.body.output_format) };
}

function countUsage(
  order: ImageOrder,
  count: number,
): Readonly<Record<'output_tokens', number>> & JsonObject {
  const { quality, size } = lookOf(order);
  const { width, height } = readSize(size) ?? { width: 1024, height: 1024 };
  const each = ((tokensByQuality[String(quality)] ?? tokensOfBest) * width * height) / (1024 * 1024);
  const output = Math.round(each) * count;
  const pictures = order.pictures.length * tokensOfPicture;
  const words = countTokens(readString(order.body.prompt) ?? '');
  return {
    input_tokens: words + pictures,
    input_tokens_details: { image_tokens: pictures, text_tokens: words },
    output_tokens: output,
    total_tokens: words + pictures + output,
  };
}
