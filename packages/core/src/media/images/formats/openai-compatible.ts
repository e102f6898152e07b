import { defined } from '../../../dialects/shared/read.ts';
import type { ImageRequest, ImageResult, ImageSize } from '../../../protocol/image.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { untoldOf } from '../asked.ts';
import { parseListAnswer } from '../read-list.ts';
import { writeBody } from '../write-openai.ts';

/** What a member of the family spells otherwise. */
interface Spelling {
  readonly count: string;
  /** Undefined for a size that it has no words for. */
  readonly size: (size: ImageSize) => JsonObject | undefined;
  /** Its words for the form of the answer; undefined where it has but one. */
  readonly delivery: Readonly<Record<'url' | 'b64_json', string>> | undefined;
}

/** Who takes OpenAI's form for models of its own: every word goes out as it came, and what is none of the vendor's it says itself. */
export const compatibleImages: MediaFormat<ImageRequest, ImageResult> = format({
  count: 'n',
  size: ({ text }) => ({ size: text }),
  delivery: { url: 'url', b64_json: 'b64_json' },
});

/** https://docs.together.ai/reference/post-images-generations */
export const togetherImages: MediaFormat<ImageRequest, ImageResult> = format({
  count: 'n',
  size: (size) => (size.kind === 'pixels' ? { width: size.width, height: size.height } : undefined),
  delivery: { url: 'url', b64_json: 'base64' },
});

/** https://docs.siliconflow.com/en/api-reference/images/images-generations: answers with addresses. */
export const siliconFlowImages: MediaFormat<ImageRequest, ImageResult> = format({
  count: 'batch_size',
  size: (size) => (size.kind === 'pixels' ? { image_size: `${size.width}x${size.height}` } : undefined),
  delivery: undefined,
});

function format(spelling: Spelling): MediaFormat<ImageRequest, ImageResult> {
  return {
    renderRequest: (request, model) => renderRequest(request, model, spelling),
    parseAnswer: parseListAnswer,
  };
}

const told = [
  'aspect_ratio',
  'background',
  'input_fidelity',
  'moderation',
  'n',
  'output_compression',
  'output_format',
  'quality',
  'resolution',
  'style',
  'user',
];

async function renderRequest(
  request: ImageRequest,
  model: string,
  spelling: Spelling,
): Promise<RenderedMedia> {
  const { extra, operation } = request;
  const size = request.size && spelling.size(request.size);
  const fields = defined({
    ...extra,
    model,
    prompt: operation === 'image-variations' ? undefined : request.prompt,
    [spelling.count]: request.n,
    ...size,
    aspect_ratio: request.aspectRatio,
    resolution: request.resolution,
    quality: request.quality,
    style: request.style,
    background: request.background,
    output_format: request.outputFormat,
    output_compression: request.outputCompression,
    response_format: deliveryFor(request, spelling),
    moderation: request.moderation,
    user: request.user,
    input_fidelity: request.inputFidelity,
  });
  const heard = size === undefined ? told : [...told, 'size'];
  const dropped = untoldOf(request, [...heard, ...Object.keys(extra ?? {})]);
  return { ...(await writeBody(request, fields)), dropped };
}

/** How each of them streams, none of them agrees on: a stream is made of the whole answer. */
function deliveryFor({ stream, delivery }: ImageRequest, spelling: Spelling): string | undefined {
  const wanted = stream ? 'b64_json' : delivery;
  return wanted === undefined ? undefined : spelling.delivery?.[wanted];
}
