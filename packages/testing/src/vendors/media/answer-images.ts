import { jsonAnswer, type PlannedAnswer, streamAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { type JsonObject, readNumber, readString } from '../../wire/read-json.ts';
import type { Complaint } from '../dialect.ts';
import { complain, notSupported, wordProblem } from '../responses/word-problem.ts';
import { checkPictures, type Picture, readPictures } from './check-pictures.ts';
import { type ImageKind, type ImageUse, imageKind } from './image-kinds.ts';
import type { MediaHandler, MediaQuestion } from './media-question.ts';
import { planImages } from './plan-images.ts';
import { readFields } from './read-body.ts';
import { renderImages, streamImages } from './render-images.ts';

/** OpenAI's images: made, changed, and made again in another way. */
export const answerImages: MediaHandler = (question) => answer(question, 'images');
export const answerImageEdits: MediaHandler = (question) => answer(question, 'image-edits');
export const answerImageVariations: MediaHandler = (question) => answer(question, 'image-variations');

/** A request whose fields are all right. */
export interface ImageOrder {
  readonly kind: ImageKind;
  readonly use: ImageUse;
  readonly body: JsonObject;
  readonly pictures: readonly Picture[];
}

function answer(question: MediaQuestion, use: ImageUse): PlannedAnswer | Complaint {
  const model = question.dialect.nameAnswer(question.model);
  const kind = imageKind(model, use);
  if (kind === undefined) {
    const known = ['gpt-image-1', 'gpt-image-1-mini', 'gpt-image-1.5', 'gpt-image-2', 'dall-e-2', 'dall-e-3'];
    return notSupported('model', model, known);
  }
  const body = readFields(question.body, kind.shape);
  const problem = checkShape(body, kind.shape);
  if (problem !== undefined) return wordProblem(problem);
  const pictures = readPictures(body, question.files);
  const complaint = checkSize(body, kind) ?? (use === 'images' ? undefined : checkPictures(pictures));
  if (complaint !== undefined) return complaint;

  const prompt = readString(body.prompt) ?? '';
  const images = planImages({ ...question, prompt, count: readNumber(body.n) ?? 1 });
  if (images === undefined) return { type: 'content-refused', seed: question.seed };
  const order = { kind, use, body, pictures };
  if (body.stream === true) return streamAnswer(streamImages(question, order, images), {});
  // OpenAI keeps nothing of a request of which one image is not allowed.
  if (images.some(({ isFiltered }) => isFiltered)) return { type: 'content-refused', seed: question.seed };
  return jsonAnswer(200, renderImages(question, order, images), { indent: 2 });
}

function checkSize({ size }: JsonObject, kind: ImageKind): Complaint | undefined {
  const asked = readString(size);
  const wrong = asked === undefined ? undefined : kind.checkSize(asked);
  if (wrong === undefined) return undefined;
  return typeof wrong === 'string'
    ? complain(`Invalid size '${asked}'. ${wrong}`, 'size', 'invalid_value')
    : notSupported('size', asked, wrong);
}
