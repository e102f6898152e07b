import { defined } from '../../../dialects/shared/read.ts';
import type { ImageRequest, ImageResult } from '../../../protocol/image.ts';
import type { MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { untoldOf } from '../asked.ts';
import { fitPixels } from '../fit-pixels.ts';
import { ImageEvents } from '../openai-stream.ts';
import { parseListAnswer } from '../read-list.ts';
import { writeBody } from '../write-openai.ts';

/** OpenAI and Azure: https://platform.openai.com/docs/api-reference/images, `openai/resources/images.d.ts`. */
export const openaiImages: MediaFormat<ImageRequest, ImageResult> = {
  renderRequest,
  parseAnswer: parseListAnswer,
  streaming: { asks: flows, open: (request) => new ImageEvents(request) },
};

/** What calls itself so; all others, an Azure deployment of any name, are of the gpt-image family. */
function isDallE(model: string): boolean {
  return /^dall-?e/i.test(model);
}

function flows({ stream, operation }: ImageRequest, model: string): boolean {
  return stream && operation !== 'image-variations' && !isDallE(model);
}

async function renderRequest(request: ImageRequest, model: string): Promise<RenderedMedia> {
  const isOld = isDallE(model) || request.operation === 'image-variations';
  const { size, told, adjusted } = fitPixels(request, model);
  const quality = fitQuality(request.quality, isDallE(model));
  const common = {
    ...request.extra,
    model,
    prompt: promptOf(request),
    n: request.n,
    size,
    user: request.user,
  };
  const fields = isOld
    ? { ...common, quality, style: request.style, response_format: formatFor(request) }
    : { ...common, quality, ...newFields(request, model) };
  const heard = isOld ? ['style'] : newNames;
  const changed = quality === request.quality ? [] : [`quality: ${request.quality} -> ${quality}`];
  const names = ['n', 'quality', 'user', ...Object.keys(request.extra ?? {}), ...told, ...heard];
  return {
    ...(await writeBody(request, defined(fields))),
    dropped: untoldOf(request, names),
    adjusted: [...adjusted, ...changed],
  };
}

function promptOf({ operation, prompt }: ImageRequest): string | undefined {
  return operation === 'image-variations' ? undefined : prompt;
}

/** A stream of whole pictures holds the pictures themselves. */
function formatFor({ stream, delivery }: ImageRequest): string | undefined {
  return stream ? 'b64_json' : delivery;
}

const newNames = [
  'background',
  'input_fidelity',
  'moderation',
  'output_compression',
  'output_format',
  'partial_images',
];

/** Never `response_format`: the family gives the pictures themselves, and refuses the word. */
function newFields(
  request: ImageRequest,
  model: string,
): Record<string, string | number | boolean | undefined> {
  return {
    background: request.background,
    input_fidelity: request.inputFidelity,
    moderation: request.moderation,
    output_compression: request.outputCompression,
    output_format: request.outputFormat,
    partial_images: request.partialImages,
    stream: flows(request, model) ? true : undefined,
  };
}

/** The words of the other family. */
const newWords: Readonly<Record<string, string>> = { hd: 'high', standard: 'auto' };
const oldWords: Readonly<Record<string, string>> = {
  low: 'standard',
  medium: 'standard',
  auto: 'standard',
  high: 'hd',
};

function fitQuality(quality: string | undefined, isOld: boolean): string | undefined {
  if (quality === undefined) return undefined;
  const words = isOld ? oldWords : newWords;
  return (Object.hasOwn(words, quality) ? words[quality] : undefined) ?? quality;
}
