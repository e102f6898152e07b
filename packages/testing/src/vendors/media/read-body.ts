import type { RecordedRequest } from '../../server/record-request.ts';
import { isJsonObject, type JsonObject } from '../../wire/read-json.ts';
import { type FormPart, readMultipart } from '../../wire/read-multipart.ts';
import type { RecordShape, Shape } from '../../wire/shape.ts';

export interface MediaBody {
  readonly body: JsonObject;
  readonly files: readonly FormPart[];
}

/**
 * JSON, or a form whose fields are text; undefined where it is neither. A name with `[]` is of a list, `a[b]` is the field `b`
 * of the object `a`.
 */
export function readBody({ headers, body, rawBody }: RecordedRequest): MediaBody | undefined {
  if (isJsonObject(body)) return { body, files: [] };
  const parts = readMultipart(headers['content-type'], rawBody);
  if (parts === undefined) return undefined;
  const fields: JsonObject = {};
  for (const { name, filename, bytes } of parts) {
    if (filename === undefined) addField(fields, name, bytes.toString('utf8'));
  }
  return { body: fields, files: parts.filter(({ filename }) => filename !== undefined) };
}

function addField(fields: JsonObject, name: string, text: string): void {
  const [, plain = name, below] = /^(.+)\[(\w*)\]$/.exec(name) ?? [];
  const before = fields[plain];
  if (below === undefined) fields[plain] = text;
  else if (below === '') fields[plain] = [...(Array.isArray(before) ? before : []), text];
  else fields[plain] = { ...(isJsonObject(before) ? before : {}), [below]: text };
}

/** A form's texts as what the shape takes them for: numbers, flags, and JSON for objects. */
export function readFields(body: JsonObject, { fields }: RecordShape): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const shape = fields[name];
      return [name, typeof value === 'string' && shape !== undefined ? readField(value, shape) : value];
    }),
  );
}

function readField(value: string, shape: Shape): unknown {
  switch (shape.type) {
    case 'number':
      return value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value);
    case 'flag':
      return value === 'true' ? true : value === 'false' ? false : value;
    case 'nullable':
      return readField(value, shape.of);
    case 'list':
      return [value];
    default:
      return value;
  }
}
