import { jsonAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { type JsonObject, readNumber, readString } from '../../wire/read-json.ts';
import { oneOf, openRecord, text, wholeFrom } from '../../wire/shape.ts';
import { complain, wordProblem } from '../responses/word-problem.ts';
import { type Drawing, drawImage, linkImage, readFormat, readSize } from './draw-image.ts';
import type { MediaHandler } from './media-question.ts';
import { planImages } from './plan-images.ts';

/** How an image server words the older request of OpenAI's. */
interface LinkedImageHabits {
  /** The name of the number of images. */
  readonly count: string;
  /** Pixels, from the request. */
  readonly size: (body: JsonObject) => { readonly width: number; readonly height: number } | undefined;
  /** The last word on an answer. */
  readonly frame: (
    data: readonly JsonObject[],
    facts: { readonly seed: string; readonly model: string },
  ) => JsonObject;
}

/** Images by address unless the caller wants them in the answer; of the filtered ones there is nothing. */
function createLinkedImages({ count, size, frame }: LinkedImageHabits): MediaHandler {
  const shape = openRecord({
    'model!': text,
    'prompt!': text,
    [count]: wholeFrom(1),
    response_format: oneOf('url', 'b64_json', 'base64'),
  });
  return (question) => {
    const { body, model, request, seed } = question;
    const problem = checkShape(body, shape);
    if (problem !== undefined) return wordProblem(problem);
    const pixels = size(body);
    if (pixels === undefined) return complain('The size of the image is not valid.', 'size', 'invalid_value');
    const prompt = readString(body.prompt) ?? '';
    const images = planImages({ ...question, prompt, count: readNumber(body[count]) ?? 1 });
    if (images === undefined) return { type: 'content-refused', seed };
    const wantsData = body.response_format === 'b64_json' || body.response_format === 'base64';
    const data = images.flatMap((image, index): JsonObject[] => {
      if (image.isFiltered) return [];
      const drawing: Drawing = { ...pixels, seed: image.seed, format: readFormat(body.output_format) };
      return wantsData
        ? [{ index, b64_json: drawImage(drawing).toString('base64') }]
        : [{ index, url: linkImage(request.origin, drawing) }];
    });
    return jsonAnswer(200, frame(data, { seed, model }));
  };
}

/** Together: https://docs.together.ai/reference/post-images-generations. */
export const answerTogetherImages: MediaHandler = createLinkedImages({
  count: 'n',
  size: (body) => ({ width: readNumber(body.width) ?? 1024, height: readNumber(body.height) ?? 1024 }),
  frame: (data, { seed, model }) => ({ id: hexOf(seed, 16), model, object: 'list', data }),
});

/** SiliconFlow: https://docs.siliconflow.com/en/api-reference/images/images-generations. */
export const answerSiliconFlowImages: MediaHandler = createLinkedImages({
  count: 'batch_size',
  size: (body) => readSize(body.image_size ?? '1024x1024'),
  frame: (data) => {
    const images = data.map(({ url }) => ({ url }));
    return { images, data: images, timings: { inference: 1.25 }, seed: 1_234_567 };
  },
});
