import { readPngSize } from '../../media-files/make-png.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { isJsonObject, type JsonObject, readString } from '../../wire/read-json.ts';
import { type FormPart, readMultipart } from '../../wire/read-multipart.ts';
import { anything, oneOf, record, textUpTo } from '../../wire/shape.ts';
import type { Complaint } from '../dialect.ts';
import { complain, wordProblem } from '../responses/word-problem.ts';

/** What is asked of the Videos API, with its defaults. */
export interface VideoRequest {
  readonly prompt: string;
  readonly model: string;
  readonly seconds: string;
  readonly size: string;
}

/** OpenAI's: node_modules/openai/resources/videos.d.ts. */
const createShape = record({
  'prompt!': textUpTo(32_000),
  model: textUpTo(256),
  seconds: oneOf('4', '8', '12'),
  size: oneOf('720x1280', '1280x720', '1024x1792', '1792x1024'),
  input_reference: anything,
});

const remixShape = record({ 'prompt!': textUpTo(32_000) });

const imageTypes = ['image/jpeg', 'image/png', 'image/webp', 'video/mp4'];

export function readVideoRequest(request: RecordedRequest): VideoRequest | Complaint {
  const form = readForm(request);
  const body = form?.fields ?? request.body;
  if (!isJsonObject(body)) return { type: 'json-invalid' };
  const misfit = checkShape(body, createShape);
  if (misfit !== undefined) return wordProblem(misfit);
  const asked = {
    prompt: readString(body.prompt) ?? '',
    model: readString(body.model) ?? 'sora-2',
    seconds: readString(body.seconds) ?? '4',
    size: readString(body.size) ?? '720x1280',
  };
  const file = form?.files.find(({ name }) => name === 'input_reference');
  return (file === undefined ? checkReference(body.input_reference) : checkFile(file, asked.size)) ?? asked;
}

/** The prompt of a remix. */
export function readRemixRequest(request: RecordedRequest): string | Complaint {
  const body = readForm(request)?.fields ?? request.body;
  if (!isJsonObject(body)) return { type: 'json-invalid' };
  const misfit = checkShape(body, remixShape);
  return misfit === undefined ? (readString(body.prompt) ?? '') : wordProblem(misfit);
}

/** Fields as JSON would have them: `input_reference[image_url]` is a field of an object. */
function readForm({
  headers,
  rawBody,
}: RecordedRequest): { readonly fields: JsonObject; readonly files: readonly FormPart[] } | undefined {
  const parts = readMultipart(headers['content-type'], rawBody);
  if (parts === undefined) return undefined;
  const fields: JsonObject = {};
  for (const { name, filename, bytes } of parts) {
    const [, outer, inner] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
    if (outer !== undefined && inner !== undefined) {
      const before = fields[outer];
      fields[outer] = { ...(isJsonObject(before) ? before : {}), [inner]: bytes.toString() };
    } else if (filename === undefined) fields[name] = bytes.toString();
    else fields[name] = { filename };
  }
  return { fields, files: parts.filter(({ filename }) => filename !== undefined) };
}

/** The words are those of a report: https://github.com/chatfire-AI/huobao-drama/issues/49. */
function checkReference(reference: unknown): Complaint | undefined {
  if (reference === undefined) return undefined;
  const param = 'input_reference';
  if (typeof reference === 'string') {
    const message = `Invalid type for '${param}': expected a file, but got a string instead.`;
    return complain(message, param, 'invalid_type');
  }
  const names = isJsonObject(reference) ? Object.keys(reference) : [];
  return names.length === 1 && (names[0] === 'file_id' || names[0] === 'image_url')
    ? undefined
    : complain(
        `Invalid '${param}': provide exactly one of 'file_id' or 'image_url'.`,
        param,
        'invalid_value',
      );
}

function checkFile({ contentType, bytes }: FormPart, size: string): Complaint | undefined {
  const param = 'input_reference';
  const type = contentType ?? 'application/octet-stream';
  if (!imageTypes.includes(type)) {
    const words = imageTypes.map((known) => `'${known}'`);
    const message = `Invalid file '${param}': unsupported mimetype ('${type}'). Supported file formats are ${words.slice(0, -1).join(', ')}, and ${words.at(-1)}.`;
    return complain(message, param, 'unsupported_file_mimetype');
  }
  const png = readPngSize(bytes);
  if (png === undefined || `${png.width}x${png.height}` === size) return undefined;
  return complain('Inpaint image must match the requested width and height', param);
}
