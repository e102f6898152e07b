import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, isObject, setOwn } from '../shared/read.ts';

const counts = /^(min|max)(Items|Length|Properties)$/;
const nested = new Set(['items', 'additionalProperties', 'not']);
const lists = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);

/**
 * Gemini's `Schema` (a piece of OpenAPI 3.0: `STRING`, `nullable`, counts as strings, also in snake case) as JSON schema.
 * The way back is not needed: Gemini takes JSON schema under other names, and means the same by it.
 */
export function toJsonSchema(schema: JsonObject): JsonObject {
  const result: Record<string, Json | undefined> = {};
  for (const [given, value] of Object.entries(schema)) {
    const name = given.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (name !== 'nullable') setOwn(result, name === 'example' ? 'examples' : name, convert(name, value));
  }
  if (schema.nullable !== true) return result;
  if (isList(result.anyOf)) return { ...result, anyOf: [...result.anyOf, { type: 'null' }] };
  return {
    ...result,
    ...(typeof result.type === 'string' ? { type: [result.type, 'null'] } : {}),
    ...(isList(result.enum) ? { enum: [...result.enum, null] } : {}),
  };
}

function convert(name: string, value: Json | undefined): Json | undefined {
  if (name === 'type') return lower(value);
  if (name === 'example') return [value ?? null];
  if (counts.test(name)) return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (nested.has(name)) return isObject(value) ? toJsonSchema(value) : value;
  if (lists.has(name) && isList(value))
    return value.map((item) => (isObject(item) ? toJsonSchema(item) : item));
  if (name === 'properties' && isObject(value)) {
    const properties: Record<string, Json | undefined> = {};
    for (const [key, item] of Object.entries(value))
      setOwn(properties, key, isObject(item) ? toJsonSchema(item) : item);
    return properties;
  }
  return value;
}

function lower(type: Json | undefined): Json | undefined {
  if (isList(type)) return type.map((item) => lower(item) ?? null);
  return typeof type === 'string' ? type.toLowerCase() : type;
}
