import { entryOf, stringOf } from '../../dialects/shared/read.ts';
import { readDataUrl } from '../../dialects/shared/read-data-url.ts';
import { sniffMediaType } from '../../dialects/shared/sniff-media-type.ts';
import type { Picture, PictureBytes } from '../../protocol/job.ts';
import type { Json } from '../../protocol/json.ts';
import type { UploadedFile } from '../../protocol/media.ts';

export function toDataUrl({ bytes, type }: PictureBytes): string {
  return `data:${type};base64,${bytes.toString('base64')}`;
}

/** As an address, its bytes within; undefined for a file of some upstream's. */
export function addressOf(picture: Picture): string | undefined {
  if ('url' in picture) return picture.url;
  return 'bytes' in picture ? toDataUrl(picture) : undefined;
}

/** A picture that is written out, as a `data:` URL or in Base64; undefined for anything else. */
export function readPictureText(value: Json | undefined): PictureBytes | undefined {
  const text = stringOf(value);
  if (text === undefined) return undefined;
  const url = readDataUrl(text);
  const data = url?.data ?? text;
  const type =
    sniffMediaType(data, 'image/') ?? (/^image\//i.test(url?.mediaType ?? '') ? url?.mediaType : undefined);
  if (type === undefined || !/^[\w+/-]+={0,2}$/.test(data.slice(0, 4_096))) return undefined;
  return { bytes: Buffer.from(data, 'base64'), type };
}

const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
};

/** For a form; servers look at the ending of its name. */
export function fileOf({ bytes, type }: PictureBytes): UploadedFile {
  return {
    name: `input_reference.${entryOf(endings, type) ?? 'png'}`,
    type,
    size: bytes.length,
    start: bytes.subarray(0, 4_096),
    open: async function* () {
      yield bytes;
    },
  };
}
