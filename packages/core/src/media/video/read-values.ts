import { invalid, setOwn } from '../../dialects/shared/read.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Form, MediaBody, UploadedFile } from '../../protocol/media.ts';

/** What a caller has sent, as JSON or as a form. */
export interface Sent {
  readonly values: JsonObject;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

/** @throws GatewayError `VE_PARAMETER_INVALID` where a form says the same twice */
export function readValues(body: MediaBody): Sent {
  if ('json' in body) return { values: body.json, files: new Map() };
  return { values: readForm(body.form), files: readFiles(body.form) };
}

/** `input_reference[image_url]` is a field of an object, `images[]` an item of a list: so OpenAI's SDKs write them. */
function readForm({ fields }: Form): JsonObject {
  const values: Record<string, Json | undefined> = {};
  const objects = new Map<string, Record<string, Json>>();
  const lists = new Map<string, Json[]>();
  for (const [written, value] of fields) {
    const [, name = written, inner] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(written) ?? [];
    const object = objects.get(name);
    if (inner === undefined) put(values, name, value);
    else if (inner === '') {
      const list = lists.get(name);
      if (list !== undefined) list.push(value);
      else put(values, name, keepIn(lists, name, [value]));
    } else if (object !== undefined) put(object, inner, value);
    else put(values, name, keepIn(objects, name, { [inner]: value }));
  }
  return values;
}

function keepIn<Value>(map: Map<string, Value>, name: string, value: Value): Value {
  map.set(name, value);
  return value;
}

function put(object: Record<string, Json | undefined>, name: string, value: Json): void {
  if (Object.hasOwn(object, name)) throw givenTwice(name);
  setOwn(object, name, value);
}

function readFiles({ files }: Form): ReadonlyMap<string, UploadedFile> {
  const known = new Map<string, UploadedFile>();
  for (const [written, file] of files) {
    const name = written.replace(/\[\]$/, '');
    if (known.has(name)) throw givenTwice(name);
    known.set(name, file);
  }
  return known;
}

function givenTwice(name: string): Error {
  return invalid(name, 'it is given twice; give it once');
}
