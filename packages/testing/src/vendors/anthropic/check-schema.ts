import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';

/** What Anthropic's grammar has no words for: https://platform.claude.com/docs/en/build-with-claude/structured-outputs. */
const unsupported: Readonly<Record<string, readonly string[]>> = {
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  string: ['minLength', 'maxLength'],
  array: ['maxItems', 'uniqueItems'],
};

/** What Anthropic refuses about a schema that the answer must keep to, without the field's name. */
export function checkSchema(schema: unknown): string | undefined {
  if (!isJsonObject(schema)) return undefined;
  const type = readString(schema.type);
  if (type === 'object' && schema.additionalProperties !== false) {
    return "For 'object' type, 'additionalProperties' must be explicitly set to false";
  }
  const found = (unsupported[type ?? ''] ?? []).filter((name) => schema[name] !== undefined);
  if (type !== undefined && found.length > 0) {
    return `For '${type}' type, properties ${found.join(', ')} are not supported`;
  }
  return first(childrenOf(schema));
}

function childrenOf(schema: JsonObject): readonly unknown[] {
  const named = [schema.properties, schema.$defs, schema.definitions].filter(isJsonObject);
  return [
    ...named.flatMap((schemas) => Object.values(schemas)),
    ...readList(schema.anyOf),
    ...readList(schema.allOf),
    schema.items,
  ];
}

function first(schemas: readonly unknown[]): string | undefined {
  for (const schema of schemas) {
    const problem = checkSchema(schema);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
