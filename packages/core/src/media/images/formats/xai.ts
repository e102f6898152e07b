import { defined, entryOf } from '../../../dialects/shared/read.ts';
import type { ImageRequest, ImageResult } from '../../../protocol/image.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { checkNumber, invalidHere } from '../../shared/refuse.ts';
import { refuseMask, untoldOf } from '../asked.ts';
import { fitShape, type Shapes } from '../fit-shape.ts';
import { parseListAnswer } from '../read-list.ts';
import { readPictures, toDataUrl } from '../read-picture.ts';

/** xAI's images, made and changed: https://docs.x.ai/developers/model-capabilities/images/generation, `@ai-sdk/xai`, `xai-image-model.ts`. */
export const xaiImages: MediaFormat<ImageRequest, ImageResult> = {
  renderRequest,
  parseAnswer: parseListAnswer,
};

const mostImages = 10;
const shapes: Shapes = {
  ratios: [
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
  ],
  classes: { '1k': 1024, '2k': 2048 },
};
/** The older models make one shape only, and say so with an error. */
const noShapes: Shapes = { ratios: [] };

/** OpenAI's words in its own; what is left to the model is not said. */
const qualities: Readonly<Record<string, string>> = {
  low: 'low',
  medium: 'medium',
  standard: 'medium',
  high: 'high',
  hd: 'high',
};

async function renderRequest(request: ImageRequest, model: string): Promise<RenderedMedia> {
  refuseMask(request);
  checkNumber('n', request.n, mostImages);
  const isOld = /^grok-2/i.test(model);
  const shape = fitShape(request, isOld ? noShapes : shapes);
  const quality = isOld ? undefined : fitQuality(request.quality);
  const json = defined({
    model,
    prompt: request.prompt,
    n: request.n,
    aspect_ratio: shape.ratio,
    resolution: shape.class,
    quality,
    response_format: request.stream ? 'b64_json' : request.delivery,
    user: request.user,
    ...(await pictures(request)),
  });
  const changed =
    quality === undefined || quality === request.quality ? [] : [`quality: ${request.quality} -> ${quality}`];
  const told = ['n', 'user', ...shape.told, ...(isOld ? [] : ['quality'])];
  return { json, dropped: untoldOf(request, told), adjusted: [...shape.adjusted, ...changed] };
}

function fitQuality(quality: string | undefined): string | undefined {
  if (quality === undefined || quality === 'auto') return undefined;
  const word = entryOf(qualities, quality);
  if (word === undefined) throw invalidHere('quality', 'it must be one of low, medium, high, auto');
  return word;
}

async function pictures(request: ImageRequest): Promise<JsonObject> {
  if (request.operation === 'images') return {};
  const sources = await readPictures(request);
  const references = sources.map((source) => ({
    url: source.kind === 'url' ? source.url : toDataUrl(source),
    type: 'image_url',
  }));
  const [only] = references;
  return references.length === 1 && only !== undefined ? { image: only } : { images: references };
}
