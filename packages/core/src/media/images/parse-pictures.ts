import { invalid, isList, isObject, wordOf } from '../../dialects/shared/read.ts';
import { readDataUrl } from '../../dialects/shared/read-data-url.ts';
import type { ImageRequest, InputImage } from '../../protocol/image.ts';
import type { Json } from '../../protocol/json.ts';
import type { MediaBody } from '../../protocol/media.ts';
import type { Fields } from '../shared/read-fields.ts';

type Pictures = Pick<ImageRequest, 'images' | 'mask' | 'files'>;

/** Names of the pictures to change: the second is that of the JSON form. */
export const imageNames: readonly string[] = ['image', 'images'];

/** The pictures that a caller gives: files of a form, or references in JSON. @throws GatewayError `VE_PARAMETER_INVALID` */
export function parsePictures(body: MediaBody, fields: Fields): Pictures {
  const files = 'form' in body ? body.form.files : [];
  const uploads = files.map(([name, file]) => [name.replace(/\[\d*\]$/, ''), file] as const);
  const named = imageNames.flatMap((name) => listOf(fields.all[name], name));
  const images: InputImage[] = [
    ...uploads.filter(([name]) => imageNames.includes(name)).map(([, file]) => fileImage(file)),
    ...named,
  ];
  const maskFile = uploads.find(([name]) => name === 'mask')?.[1];
  const mask = maskFile === undefined ? parseReference(fields.all['mask'], 'mask') : fileImage(maskFile);
  const others = uploads.filter(([name]) => !imageNames.includes(name) && name !== 'mask');
  return { images, files: others, ...(mask === undefined ? {} : { mask }) };
}

function fileImage(file: (InputImage & { kind: 'file' })['file']): InputImage {
  return { kind: 'file', file };
}

function listOf(value: Json | undefined, name: string): readonly InputImage[] {
  if (!isList(value)) return [parseReference(value, name) ?? []].flat();
  return value.flatMap((item, index) => parseReference(item, `${name}[${index}]`) ?? []);
}

/** A URL, a `data:` URL, `{image_url}`, `{file_id}`; xAI's own form is `{url}`. */
function parseReference(value: Json | undefined, path: string): InputImage | undefined {
  if (value === undefined || value === null) return undefined;
  const reference = isObject(value) ? value : { image_url: value };
  const id = wordOf(reference['file_id']);
  if (id !== undefined) return { kind: 'file-id', id };
  const inner = reference['image_url'] ?? reference['url'];
  const url = wordOf(isObject(inner) ? inner['url'] : inner);
  const data = url === undefined ? undefined : readDataUrl(url);
  if (data !== undefined) return { kind: 'data', type: data.mediaType, data: data.data };
  if (url !== undefined && /^https?:\/\//i.test(url)) return { kind: 'url', url };
  throw invalid(
    path,
    'it must be a file of a form, or an http or data URL, or an object with image_url or file_id',
  );
}
