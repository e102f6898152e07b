import { readPngSize } from '../../media-files/make-png.ts';
import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';
import type { FormPart } from '../../wire/read-multipart.ts';
import type { Complaint } from '../dialect.ts';
import { complain } from '../responses/word-problem.ts';

/** An image that came with a request, or is named in it. */
export interface Picture {
  readonly isMask: boolean;
  /** Undefined where it is only named: nothing is downloaded. */
  readonly bytes: Buffer | undefined;
  readonly contentType: string | undefined;
}

/** The files of a form (`image`, `image[]`, `mask`); of JSON `images` and `mask`, by address or id of a file. */
export function readPictures(body: JsonObject, files: readonly FormPart[]): readonly Picture[] {
  const named = [
    ...readList(body.images).map((item) => ({ item, isMask: false })),
    ...(isJsonObject(body.mask) ? [{ item: body.mask, isMask: true }] : []),
  ];
  return [
    ...files
      .filter(({ name }) => /^(image|image\[\]|mask)$/.test(name))
      .map(({ name, bytes, contentType }) => ({ isMask: name === 'mask', bytes, contentType })),
    ...named.map(({ item, isMask }) =>
      readReference(isJsonObject(item) ? item.image_url : undefined, isMask),
    ),
  ];
}

/** The bytes of a data URL. */
export function readReference(url: unknown, isMask: boolean): Picture {
  const [, contentType, data] = /^data:([\w/+.-]+);base64,(.*)$/s.exec(readString(url) ?? '') ?? [];
  return { isMask, contentType, bytes: data === undefined ? undefined : Buffer.from(data, 'base64') };
}

const taken = ['image/jpeg', 'image/png', 'image/webp'];
const most = 16;

/** What OpenAI refuses about the images that are to be changed, in its words. */
export function checkPictures(pictures: readonly Picture[]): Complaint | undefined {
  const images = pictures.filter(({ isMask }) => !isMask);
  if (images.length === 0) {
    return complain("Missing required parameter: 'image'.", 'image', 'missing_required_parameter');
  }
  if (images.length > most) {
    return complain(
      `Invalid 'image': array too long. Expected an array with maximum length ${most}, but got an array with length ${images.length} instead.`,
      'image',
      'array_above_max_length',
    );
  }
  for (const [index, { bytes, contentType, isMask }] of pictures.entries()) {
    const param = isMask ? 'mask' : 'image';
    if (contentType !== undefined && !taken.includes(contentType)) {
      return complain(
        `Invalid file '${param}': unsupported mimetype ('${contentType}'). Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.`,
        param,
        'unsupported_file_mimetype',
      );
    }
    if (bytes !== undefined && !isImage(bytes)) {
      return complain(
        `Invalid image file or mode for image ${index + 1}, please check your image file.`,
        param,
        'invalid_image_file',
      );
    }
  }
  return checkMask(pictures);
}

function checkMask(pictures: readonly Picture[]): Complaint | undefined {
  const [image, mask] = [false, true].map((isMask) => {
    const bytes = pictures.find((picture) => picture.isMask === isMask)?.bytes;
    return bytes === undefined ? undefined : readPngSize(bytes);
  });
  if (image === undefined || mask === undefined) return undefined;
  return image.width === mask.width && image.height === mask.height
    ? undefined
    : complain(
        'Invalid mask image format - mask size does not match image size',
        'mask',
        'invalid_mask_image_format',
      );
}

function isImage(bytes: Buffer): boolean {
  if (readPngSize(bytes) !== undefined) return true;
  const start = bytes.toString('latin1', 0, 12);
  return start.startsWith('\xff\xd8\xff') || /^RIFF.{4}WEBP/s.test(start);
}
