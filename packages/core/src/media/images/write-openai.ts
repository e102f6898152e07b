import { isList, isObject } from '../../dialects/shared/read.ts';
import type { ImageRequest, InputImage } from '../../protocol/image.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Form, MediaBody, UploadedFile } from '../../protocol/media.ts';
import { readBase64, toDataUrl } from './read-picture.ts';

/**
 * A request in OpenAI's form: with pictures, a form of files, as long as their bytes are here; else JSON, that says
 * where they are (https://platform.openai.com/docs/api-reference/images/createEdit).
 */
export function writeBody(request: ImageRequest, fields: JsonObject): MediaBody | Promise<MediaBody> {
  const { operation, images, mask, files } = request;
  if (operation === 'images') return { json: fields };
  const pictures = images.map(toFile);
  const maskFile = mask && toFile(mask);
  const isForm =
    pictures.every((file) => file !== undefined) && (mask === undefined || maskFile !== undefined);
  if (!isForm) return writeJson(request, fields);
  const name = pictures.length === 1 ? 'image' : 'image[]';
  return {
    form: {
      fields: formFields(fields),
      files: [
        ...pictures.map((file) => [name, file] as const),
        ...(maskFile === undefined ? [] : [['mask', maskFile] as const]),
        ...files,
      ],
    },
  };
}

async function writeJson({ images, mask }: ImageRequest, fields: JsonObject): Promise<MediaBody> {
  const references = await Promise.all(images.map(writeReference));
  const more = mask === undefined ? {} : { mask: await writeReference(mask) };
  return { json: { ...fields, images: references, ...more } };
}

async function writeReference(image: InputImage): Promise<JsonObject> {
  if (image.kind === 'url') return { image_url: image.url };
  if (image.kind === 'file-id') return { file_id: image.id };
  const data = image.kind === 'data' ? image.data : await readBase64(image.file);
  const type = (image.kind === 'data' ? image.type : image.file.type) ?? 'image/png';
  return { image_url: toDataUrl({ kind: 'data', type, data }) };
}

/** Undefined for a picture that is elsewhere. */
function toFile(image: InputImage): UploadedFile | undefined {
  if (image.kind === 'file') return image.file;
  if (image.kind !== 'data') return undefined;
  const type = image.type ?? 'image/png';
  const bytes = Buffer.from(image.data, 'base64');
  return {
    name: `image.${type.replace(/^image\//, '').replace(/[^a-z]/g, '')}`,
    type,
    size: bytes.length,
    start: bytes.subarray(0, 4096),
    async *open() {
      yield bytes;
    },
  };
}

function formFields(fields: JsonObject): Form['fields'] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    if (isList(value)) return value.map((item) => [`${name}[]`, textOf(item)] as const);
    return [[name, textOf(value)] as const];
  });
}

function textOf(value: Json): string {
  return isObject(value) || isList(value) ? JSON.stringify(value) : String(value);
}
