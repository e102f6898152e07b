import { defined, entryOf, fieldsOf, listOf, protocolError, wordOf } from '../../../dialects/shared/read.ts';
import type { FilteredImage, ImageRequest, ImageResult, MadeImage } from '../../../protocol/image.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { readObject } from '../../shared/read-json.ts';
import { checkNumber, unsupported } from '../../shared/refuse.ts';
import { refuseMask, untoldOf } from '../asked.ts';
import { fitShape, type Shapes } from '../fit-shape.ts';
import { readPictures } from '../read-picture.ts';
import { allFiltered } from '../refuse-filtered.ts';

/**
 * Imagen, by `:predict`: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api, `@google/genai`,
 * `generateImagesConfigToVertex` and `editImageParametersInternalToVertex`. Changes pictures on Vertex only.
 */
export const imagenImages: MediaFormat<ImageRequest, ImageResult> = { renderRequest, parseAnswer };

const mostImages = 4;
const ratios = ['1:1', '3:4', '4:3', '9:16', '16:9'];

function shapesOf(model: string): Shapes {
  return /imagen-3|fast/i.test(model) ? { ratios } : { ratios, classes: { '1K': 1024, '2K': 2048 } };
}

/** Its own parameters that OpenAI has not. */
const passed: Readonly<Record<string, string>> = {
  add_watermark: 'addWatermark',
  enhance_prompt: 'enhancePrompt',
  guidance_scale: 'guidanceScale',
  language: 'language',
  negative_prompt: 'negativePrompt',
  person_generation: 'personGeneration',
  seed: 'seed',
};
const mimeTypes: Readonly<Record<string, string>> = { png: 'image/png', jpeg: 'image/jpeg' };

async function renderRequest(request: ImageRequest, model: string): Promise<RenderedMedia> {
  refuseMask(request);
  checkNumber('n', request.n, mostImages);
  const isEdit = request.operation === 'image-edits';
  const shape = fitShape(request, isEdit ? { ratios: [] } : shapesOf(model));
  const mimeType = request.outputFormat === undefined ? undefined : entryOf(mimeTypes, request.outputFormat);
  const compressionQuality = mimeType === 'image/jpeg' ? request.outputCompression : undefined;
  const own = Object.entries(request.extra ?? {}).filter(([name]) => Object.hasOwn(passed, name));
  const parameters = defined({
    ...Object.fromEntries(own.map(([name, value]) => [passed[name] ?? name, value])),
    sampleCount: request.n ?? 1,
    aspectRatio: shape.ratio,
    sampleImageSize: shape.class,
    outputOptions: mimeType === undefined ? undefined : defined({ mimeType, compressionQuality }),
    includeRaiReason: true,
    editMode: isEdit ? 'EDIT_MODE_DEFAULT' : undefined,
  });
  const instance = { prompt: request.prompt, ...(isEdit ? await references(request) : {}) };
  const told = [
    'n',
    ...own.map(([name]) => name),
    ...shape.told,
    ...(mimeType === undefined ? [] : ['output_format']),
    ...(compressionQuality === undefined ? [] : ['output_compression']),
  ];
  const dropped = untoldOf(request, told);
  return { json: { instances: [instance], parameters }, dropped, adjusted: shape.adjusted };
}

async function references(request: ImageRequest): Promise<JsonObject> {
  const sources = await readPictures(request);
  const referenceImages = sources.map((source, index) => {
    // It takes addresses in Google's own storage only.
    if (source.kind === 'url') throw unsupported('image_url', request.model);
    return {
      referenceType: 'REFERENCE_TYPE_RAW',
      referenceId: index + 1,
      referenceImage: { bytesBase64Encoded: source.data, mimeType: source.type },
    };
  });
  return { referenceImages };
}

function parseAnswer(answer: MediaAnswer, request: ImageRequest): ImageResult {
  const predictions = listOf(readObject(answer)['predictions']);
  const images: MadeImage[] = [];
  const filtered: FilteredImage[] = [];
  predictions.forEach((item, index) => {
    const read = readPrediction(item, index);
    if ('reason' in read) filtered.push(read);
    else images.push(read);
  });
  // Without a reason, a filtered image is just not there.
  for (let index = predictions.length; index < (request.n ?? 1); index++)
    filtered.push({ index, reason: 'filtered' });
  if (images.length === 0) throw allFiltered(filtered);
  return { images, filtered };
}

function readPrediction(item: Json, index: number): MadeImage | FilteredImage {
  const { bytesBase64Encoded, mimeType, prompt, raiFilteredReason } = fieldsOf(item);
  const data = wordOf(bytesBase64Encoded);
  if (data !== undefined) return defined({ data, type: wordOf(mimeType), revisedPrompt: wordOf(prompt) });
  const reason = wordOf(raiFilteredReason);
  if (reason === undefined) throw protocolError('a prediction is neither an image nor the reason for none');
  return { index, reason };
}
