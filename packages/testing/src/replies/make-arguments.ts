import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../wire/read-json.ts';

const deepest = 6;

/** A value that a JSON Schema accepts, the same every time: the first of an enum, the lowest number, the property's name as text. */
export function makeArguments(schema: JsonObject): unknown {
  return makeValue(schema, { root: schema, name: 'value', depth: 0 });
}

interface Place {
  readonly root: JsonObject;
  /** The property that the value is for. */
  readonly name: string;
  readonly depth: number;
}

function makeValue(schema: unknown, place: Place): unknown {
  if (!isJsonObject(schema) || place.depth > deepest) return null;
  const below = { ...place, depth: place.depth + 1 };
  if (typeof schema.$ref === 'string') return makeValue(follow(schema.$ref, place.root), below);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if ('default' in schema) return schema.default;
  const alternatives = readList(schema.anyOf ?? schema.oneOf ?? schema.allOf);
  if (alternatives.length > 0) return makeValue(alternatives[0], below);
  return makeTyped(schema, place, below);
}

function makeTyped(schema: JsonObject, place: Place, below: Place): unknown {
  const told = readString(Array.isArray(schema.type) ? schema.type[0] : schema.type);
  // Google writes the types in capitals.
  switch (told?.toLowerCase() ?? (isJsonObject(schema.properties) ? 'object' : 'string')) {
    case 'object':
      return makeObject(schema, below);
    case 'array':
      return [makeValue(schema.items ?? { type: 'string' }, below)];
    case 'integer':
    case 'number':
      return readNumber(schema.minimum) ?? 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return place.name.padEnd(readNumber(schema.minLength) ?? 0, 'x');
  }
}

/** The required properties; where none is, all of them. */
function makeObject(schema: JsonObject, below: Place): JsonObject {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = readList(schema.required).flatMap((name) => readString(name) ?? []);
  const names = required.length > 0 ? required : Object.keys(properties);
  return Object.fromEntries(
    names.map((name) => [name, makeValue(properties[name] ?? {}, { ...below, name })]),
  );
}

function follow(reference: string, root: JsonObject): unknown {
  let target: unknown = root;
  for (const key of reference.split('/').slice(1)) target = isJsonObject(target) ? target[key] : undefined;
  return target;
}
