import { isJsonObject, readList } from '../../wire/read-json.ts';

/** What OpenAI refuses about a schema with `strict: true`: https://platform.openai.com/docs/guides/structured-outputs. */
export function checkStrictSchema(schema: unknown, context: readonly string[] = []): string | undefined {
  if (!isJsonObject(schema)) return undefined;
  const place = `In context=(${context.map((name) => `'${name}'`).join(', ')}${context.length === 1 ? ',' : ''})`;
  if (schema.type === 'object' || isJsonObject(schema.properties)) {
    if (schema.additionalProperties !== false) {
      return `${place}, 'additionalProperties' is required to be supplied and to be false.`;
    }
    const required = readList(schema.required);
    const missing = Object.keys(isJsonObject(schema.properties) ? schema.properties : {}).find(
      (name) => !required.includes(name),
    );
    if (missing !== undefined) {
      return `${place}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
    }
  }
  return checkChildren(schema, context);
}

function checkChildren(schema: Record<string, unknown>, context: readonly string[]): string | undefined {
  for (const field of ['properties', '$defs', 'definitions']) {
    const named = schema[field];
    for (const [name, child] of Object.entries(isJsonObject(named) ? named : {})) {
      const problem = checkStrictSchema(child, [...context, field, name]);
      if (problem !== undefined) return problem;
    }
  }
  for (const [index, child] of readList(schema.anyOf).entries()) {
    const problem = checkStrictSchema(child, [...context, 'anyOf', String(index)]);
    if (problem !== undefined) return problem;
  }
  return checkStrictSchema(schema.items, [...context, 'items']);
}
