import { invalid } from '../../dialects/shared/read.ts';
import type { ImageRequest } from '../../protocol/image.ts';
import type { ImageJobRequest, PictureBytes } from '../../protocol/job.ts';
import { type PictureSource, readPictures } from './read-picture.ts';

/**
 * A wish for pictures, for a vendor that takes its time: with what they are made after at hand. `wantsBytes`: the caller wants
 * them in Base64.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`
 */
export async function toJobRequest(
  asked: ImageRequest,
): Promise<{ readonly request: ImageJobRequest; readonly wantsBytes: boolean }> {
  const { prompt, size, aspectRatio, n, delivery, quality, style, user, extra = {} } = asked;
  if (asked.stream) throw invalid('stream', 'pictures of this model cannot be streamed');
  const pictures = await readPictures(asked);
  const pixels = size?.kind === 'pixels' ? size : undefined;
  return {
    request: {
      prompt,
      width: pixels?.width,
      height: pixels?.height,
      aspectRatio: aspectRatio ?? (size?.kind === 'ratio' ? size.ratio : undefined),
      images: pictures.map(toBytes),
      n,
      // What is not understood is told by whoever leaves it out.
      extra: { ...extra, ...said({ quality, style, user }) },
    },
    wantsBytes: delivery === 'b64_json',
  };
}

function toBytes(picture: PictureSource): PictureBytes {
  if (picture.kind === 'url') throw invalid('image', 'send the picture itself: this model takes no address');
  return { type: picture.type, bytes: Buffer.from(picture.data, 'base64') };
}

function said(words: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(words).flatMap(([name, word]) => (word === undefined ? [] : [[name, word]]));
  return Object.fromEntries(entries);
}
