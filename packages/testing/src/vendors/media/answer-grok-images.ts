import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import { list, nullable, oneOf, record, type Shape, text } from '../../wire/shape.ts';
import type { Complaint } from '../dialect.ts';
import { complain, wordProblem } from '../responses/word-problem.ts';
import { checkPictures, readReference } from './check-pictures.ts';
import { type Drawing, drawImage, linkImage } from './draw-image.ts';
import type { MediaHandler, MediaQuestion } from './media-question.ts';
import { type PlannedImage, planImages } from './plan-images.ts';

const aspectRatios = [
  '1:1',
  '3:4',
  '4:3',
  '9:16',
  '16:9',
  '2:3',
  '3:2',
  '9:19.5',
  '19.5:9',
  '9:20',
  '20:9',
  '1:2',
  '2:1',
  'auto',
];

const picture = record({ 'url!': text, type: oneOf('image_url') });

/** After `@ai-sdk/xai/src/xai-image-model.ts` and https://docs.x.ai/docs/guides/image-generations: there is no size. */
const fields: Readonly<Record<string, Shape>> = {
  'model!': text,
  'prompt!': text,
  n: nullable({ type: 'number', least: 1, most: 10, whole: true }),
  response_format: nullable(oneOf('url', 'b64_json')),
  aspect_ratio: nullable(oneOf(...aspectRatios)),
  resolution: nullable(oneOf('1k', '2k')),
  quality: nullable(oneOf('low', 'medium', 'high')),
  user: nullable(text),
};
const shape = record(fields);
const editShape = record({ ...fields, image: picture, images: list(picture) });

/** Ten-billionths of a dollar: an image costs two cents. */
const ticksPerImage = 200_000_000;

/** xAI's images, made or changed. A filtered one comes with `respect_moderation: false` and without its data. */
export const answerGrokImages: MediaHandler = (question) => answer(question, false);
export const answerGrokEdits: MediaHandler = (question) => answer(question, true);

function answer(question: MediaQuestion, isEdit: boolean): PlannedAnswer | Complaint {
  const { body, model, request, seed } = question;
  if (body.size !== undefined) return complain('Argument not supported: size', 'size');
  const problem = checkShape(body, isEdit ? editShape : shape);
  if (problem !== undefined) return wordProblem(problem);
  if (!model.includes('image')) return complain(`Model ${model} does not support image generation.`, 'model');
  const pictures = isEdit ? picturesOf(body) : undefined;
  const complaint = pictures === undefined ? undefined : checkPictures(pictures);
  if (complaint !== undefined) return complaint;

  const prompt = readString(body.prompt) ?? '';
  const images = planImages({ ...question, prompt, count: readNumber(body.n) ?? 1 });
  if (images === undefined) return { type: 'content-refused', seed };
  const data = images.map((image) => render(image, body, request.origin));
  return jsonAnswer(200, { data, usage: { cost_in_usd_ticks: ticksPerImage * images.length } });
}

function render(image: PlannedImage, body: JsonObject, origin: string): JsonObject {
  if (image.isFiltered) return { url: '', revised_prompt: '', respect_moderation: false };
  const drawing: Drawing = { ...pixelsOf(body), seed: image.seed, format: 'jpeg' };
  return {
    ...(body.response_format === 'b64_json'
      ? { b64_json: drawImage(drawing).toString('base64') }
      : { url: linkImage(origin, drawing) }),
    mime_type: 'image/jpeg',
    revised_prompt: image.revisedPrompt ?? '',
    respect_moderation: true,
  };
}

function picturesOf({ image, images }: JsonObject): ReturnType<typeof readReference>[] {
  return [image, ...readList(images)].filter(isJsonObject).map(({ url }) => readReference(url, false));
}

/** About a million pixels (four of them at 2k) in the shape that is asked for. */
function pixelsOf({ aspect_ratio: ratio, resolution }: JsonObject): {
  readonly width: number;
  readonly height: number;
} {
  const [wide = 1, high = 1] = (readString(ratio) ?? '1:1').split(':').map(Number);
  const shapeOf = Number.isFinite(wide / high) ? wide / high : 1;
  const side = resolution === '2k' ? 2048 : 1024;
  return {
    width: Math.round((side * Math.sqrt(shapeOf)) / 16) * 16,
    height: Math.round(side / Math.sqrt(shapeOf) / 16) * 16,
  };
}
