import { countTokens } from '../../replies/count-tokens.ts';
import type { AnswerScript } from '../../replies/scripted-reply.ts';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import { drawImage } from '../media/draw-image.ts';
import { makeVector } from '../media/make-vector.ts';
import { planImages } from '../media/plan-images.ts';
import { usualDimensions } from './answer-embedding.ts';
import { type GoogleProblem, invalid } from './google-errors.ts';
import { googleJson } from './google-headers.ts';
import { kindOf } from './model-kinds.ts';

interface Circumstances {
  readonly model: string;
  readonly script: AnswerScript | undefined;
}

/** `:predict`: Imagen at either address, and the embeddings of Vertex AI. */
export function answerPredict(
  request: RecordedRequest,
  { model, script }: Circumstances,
): PlannedAnswer | GoogleProblem {
  const { body } = request;
  const instances = isJsonObject(body) ? readList(body.instances).filter(isJsonObject) : [];
  const parameters = isJsonObject(body) && isJsonObject(body.parameters) ? body.parameters : {};
  if (instances.length === 0) return invalid('Invalid empty instances.');
  return kindOf(model) === 'imagen'
    ? paint(request, instances[0] ?? {}, { model, script, parameters })
    : embed(instances, parameters, model);
}

/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api. */
function embed(
  instances: readonly JsonObject[],
  parameters: JsonObject,
  model: string,
): PlannedAnswer | GoogleProblem {
  const most = model.startsWith('gemini') ? 1 : 250;
  if (instances.length > most) {
    return invalid(`${most} instance(s) is allowed per prediction. Actual: ${instances.length}`);
  }
  const texts = instances.map(({ content }) => readString(content) ?? '');
  if (texts.includes('')) return invalid('The text content is empty.');
  const longest = usualDimensions(model);
  const dimensions = readNumber(parameters.outputDimensionality) ?? longest;
  if (dimensions < 1 || dimensions > longest) {
    return invalid(`outputDimensionality must be in the range [1, ${longest}].`);
  }
  const predictions = texts.map((text) => {
    const tokens = countTokens(text);
    const values = [...makeVector(text, dimensions)];
    return { embeddings: { statistics: { truncated: false, token_count: tokens }, values } };
  });
  const billableCharacterCount = texts.join('').replaceAll(/\s/g, '').length;
  return jsonAnswer(200, { predictions, metadata: { billableCharacterCount } }, googleJson);
}

/** Pixels: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/image/set-output-size. */
const pixels: Readonly<Record<string, readonly [width: number, height: number]>> = {
  '1:1': [1024, 1024],
  '3:4': [896, 1280],
  '4:3': [1280, 896],
  '9:16': [768, 1408],
  '16:9': [1408, 768],
};

/** As quoted in googleapis/js-genai#321. */
const refused =
  "Image generation failed with the following error: The prompt could not be submitted. This prompt contains sensitive words that violate Google's Responsible AI practices. Try rephrasing the prompt. If you think this was an error, send feedback.";
const filtered =
  "Unable to show generated images. All images were filtered out because they violated Vertex AI's usage guidelines. You will not be charged for blocked images. Try rephrasing the prompt. If you think this was an error, send feedback. Support codes: 29310472";

/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api. Of a filtered image there is a reason, if it was asked for. */
function paint(
  request: RecordedRequest,
  { prompt }: JsonObject,
  { script, parameters }: Circumstances & { readonly parameters: JsonObject },
): PlannedAnswer | GoogleProblem {
  const wish = readString(prompt) ?? '';
  const problem = checkParameters(wish, parameters);
  if (problem !== undefined) {
    return invalid(`Image generation failed with the following error: ${problem}`);
  }
  const images = planImages({
    request,
    script,
    prompt: wish,
    count: readNumber(parameters.sampleCount) ?? 1,
  });
  if (images === undefined) return invalid(refused);
  const [width, height] = pixels[String(parameters.aspectRatio)] ?? [1024, 1024];
  const scale = parameters.sampleImageSize === '2K' ? 2 : 1;
  const output = isJsonObject(parameters.outputOptions) ? parameters.outputOptions : {};
  const format = output.mimeType === 'image/jpeg' ? 'jpeg' : 'png';
  const predictions = images.flatMap((image): JsonObject[] => {
    if (image.isFiltered)
      return parameters.includeRaiReason === true ? [{ raiFilteredReason: filtered }] : [];
    const bytes = drawImage({ width: width * scale, height: height * scale, format, seed: image.seed });
    const revised =
      parameters.enhancePrompt === true ? (image.revisedPrompt ?? `A photo: ${wish}`) : undefined;
    return [
      {
        mimeType: `image/${format}`,
        bytesBase64Encoded: bytes.toString('base64'),
        ...(revised === undefined ? {} : { prompt: revised }),
      },
    ];
  });
  return jsonAnswer(200, predictions.length === 0 ? {} : { predictions }, googleJson);
}

function checkParameters(prompt: string, parameters: JsonObject): string | undefined {
  if (prompt === '') return 'Text prompt is empty.';
  const { sampleCount, aspectRatio, outputOptions } = parameters;
  const count = readNumber(sampleCount) ?? 1;
  if (!Number.isInteger(count) || count < 1 || count > 4) return 'sampleCount must be in the range [1, 4].';
  if (aspectRatio !== undefined && !Object.keys(pixels).some((ratio) => ratio === aspectRatio)) {
    return `aspectRatio must be one of ${Object.keys(pixels).join(', ')}.`;
  }
  const type = isJsonObject(outputOptions) ? outputOptions.mimeType : undefined;
  return type === undefined || type === 'image/png' || type === 'image/jpeg'
    ? undefined
    : 'mimeType must be image/png or image/jpeg.';
}
