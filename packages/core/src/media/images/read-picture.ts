import { invalid } from '../../dialects/shared/read.ts';
import { sniffMediaType } from '../../dialects/shared/sniff-media-type.ts';
import type { ImageRequest, InputImage } from '../../protocol/image.ts';
import type { UploadedFile } from '../../protocol/media.ts';
import { invalidHere, unsupported } from '../shared/refuse.ts';

/** A picture that goes into JSON: its bytes in Base64, or where it is. */
export type PictureSource =
  | { readonly kind: 'data'; readonly type: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string };

/** Bytes of all the pictures in one JSON body. */
const limit = 20_971_520;

/**
 * The pictures to change, for a vendor that takes them in JSON.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` where they are too large for that; `VE_PARAMETER_UNSUPPORTED` for one at another vendor's files
 */
export async function readPictures({ images, model }: ImageRequest): Promise<readonly PictureSource[]> {
  const size = images.reduce((sum, image) => sum + (image.kind === 'file' ? image.file.size : 0), 0);
  if (size > limit)
    throw invalidHere(
      'image',
      `the pictures have ${size} bytes; this model takes at most ${limit}, all together`,
    );
  return Promise.all(images.map((image) => readPicture(image, model)));
}

async function readPicture(image: InputImage, model: string): Promise<PictureSource> {
  if (image.kind === 'url') return image;
  if (image.kind === 'file-id') throw unsupported('file_id', model);
  const data = image.kind === 'data' ? image.data : await readBase64(image.file);
  const told = image.kind === 'data' ? image.type : image.file.type;
  return { kind: 'data', data, type: typeOf(told, data) };
}

export async function readBase64(file: UploadedFile): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.open()) pieces.push(piece);
  return Buffer.concat(pieces).toString('base64');
}

/** Many a client sends whatever it has as mere bytes. */
function typeOf(told: string | undefined, data: string): string {
  const type = sniffMediaType(data, 'image/') ?? (told?.startsWith('image/') ? told : undefined);
  if (type === undefined) throw invalid('image', 'it must be a picture: PNG, JPEG, WebP or GIF');
  return type;
}

export function toDataUrl({ type, data }: PictureSource & { kind: 'data' }): string {
  return `data:${type};base64,${data}`;
}
