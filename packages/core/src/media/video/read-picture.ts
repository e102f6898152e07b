import { invalid, isObject, wordOf } from '../../dialects/shared/read.ts';
import { sniffMediaType } from '../../dialects/shared/sniff-media-type.ts';
import type { Picture } from '../../protocol/job.ts';
import type { Json } from '../../protocol/json.ts';
import type { UploadedFile } from '../../protocol/media.ts';
import { readPictureText } from './render-picture.ts';

/** Bytes of a picture that somebody sends along; Veo takes 20 MB at most, the others less or little more. */
const largest = 33_554_432;

/**
 * The picture that a video begins with: an address, a `data:` URL, Base64, `{image_url}` or `{file_id}`.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`
 */
export function readPicture(value: Json | undefined, name: string): Picture | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (isObject(value)) {
    const fileId = wordOf(value.file_id);
    const url = value.image_url ?? value.url;
    if (fileId !== undefined && url === undefined) return { fileId };
    if (fileId === undefined && typeof url === 'string') return readPicture(url, `${name}.image_url`);
    throw invalid(name, 'it must have either image_url or file_id');
  }
  if (typeof value !== 'string') throw notOne(name);
  if (/^https?:\/\//i.test(value)) {
    if (!URL.canParse(value)) throw invalid(name, 'it is no address');
    return { url: value };
  }
  const picture = readPictureText(value);
  if (picture === undefined) throw notOne(name);
  if (picture.bytes.length > largest) throw tooLarge(name);
  return picture;
}

/** @throws GatewayError `VE_PARAMETER_INVALID` */
export async function readPictureFile(file: UploadedFile, name: string): Promise<Picture> {
  if (file.size > largest) throw tooLarge(name);
  const start = Buffer.from(file.start).toString('base64', 0, 12);
  const found = sniffMediaType(start, 'image/');
  // Kinds that are not told by their beginning here are as the caller says.
  const type = found ?? (/^image\/(?:avif|bmp|heic|heif|tiff)$/i.test(file.type) ? file.type : undefined);
  if (type === undefined) throw notOne(name);
  const pieces: Uint8Array[] = [];
  for await (const piece of file.open()) pieces.push(piece);
  return { bytes: Buffer.concat(pieces), type };
}

function notOne(name: string): Error {
  return invalid(name, 'it must be a picture: PNG, JPEG, WebP or GIF');
}

function tooLarge(name: string): Error {
  return invalid(name, `it is larger than ${largest} bytes`);
}
