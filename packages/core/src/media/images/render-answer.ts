import { defined, filled } from '../../dialects/shared/read.ts';
import { sniffMediaType } from '../../dialects/shared/sniff-media-type.ts';
import type { ImageRequest, ImageResult, MadeImage } from '../../protocol/image.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaContext, RenderedAnswer } from '../../protocol/media.ts';
import { renderUsage } from './convert-usage.ts';

/** The pictures in the form that the caller wants, whoever has made them. */
export async function renderAnswer(
  result: ImageResult,
  request: ImageRequest,
  context: MediaContext,
): Promise<RenderedAnswer> {
  const { created, images, extra } = result;
  if (request.stream) return renderEvents(result, request, context);
  const data = await Promise.all(images.map((image) => renderImage(image, request, context)));
  const answer = defined({
    created: created ?? context.now,
    ...about(result),
    data,
    ...notes(result),
    ...extra,
  });
  return { type: 'application/json', body: Buffer.from(JSON.stringify(answer)) };
}

function about({ background, outputFormat, quality, size }: ImageResult): JsonObject {
  return defined({ background, output_format: outputFormat, quality, size });
}

/** `filtered` is a word of ours: OpenAI makes all or none. */
function notes({ filtered, usage, wireUsage }: ImageResult): JsonObject {
  const list = filtered.map(({ index, reason }) => ({ index, reason }));
  return defined({
    filtered: list.length === 0 ? undefined : list,
    usage: wireUsage ?? renderUsage(usage),
  });
}

async function renderImage(
  image: MadeImage,
  { delivery, revisedPrompt: asked }: ImageRequest,
  context: MediaContext,
): Promise<JsonObject> {
  const { data, url, revisedPrompt = asked } = image;
  const revised = defined({ revised_prompt: revisedPrompt });
  if (url !== undefined && delivery !== 'b64_json') return { url, ...revised };
  if (data !== undefined && delivery === 'url') {
    const bytes = Buffer.from(data, 'base64');
    return { url: await context.link(bytes, typeOf(image)), ...revised };
  }
  return { b64_json: await dataOf(image, context), ...revised };
}

async function dataOf({ data, url }: MadeImage, context: MediaContext): Promise<string> {
  if (data !== undefined) return data;
  const { body } = await context.fetch(url ?? '');
  return body.toString('base64');
}

function typeOf({ data = '', type }: MadeImage): string {
  return type ?? sniffMediaType(data, 'image/') ?? 'image/png';
}

/** Who asks for a stream of a vendor that has none: the events that come at the end of one. */
async function renderEvents(
  result: ImageResult,
  { operation }: ImageRequest,
  context: MediaContext,
): Promise<RenderedAnswer> {
  const type = operation === 'images' ? 'image_generation.completed' : 'image_edit.completed';
  const { created, images } = result;
  const events = await Promise.all(
    images.map(async (image, index) => {
      const isLast = index === images.length - 1;
      const data = defined({
        type,
        created_at: created ?? context.now,
        b64_json: await dataOf(image, context),
        ...about({ ...result, outputFormat: result.outputFormat ?? formatOf(typeOf(image)) }),
        revised_prompt: image.revisedPrompt,
        // Of all of them, told once.
        ...(isLast ? filled(notes(result)) : undefined),
      });
      return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    }),
  );
  return { type: 'text/event-stream; charset=utf-8', body: Buffer.from(events.join('')) };
}

function formatOf(type: string): string {
  return type.replace('image/', '');
}
