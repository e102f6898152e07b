import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, setOwn } from './read.ts';

const formats = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);

/** Fields that Anthropic's grammar understands; others are told to the model in the description, as its own SDKs do. */
const understood = new Set([
  '$defs',
  '$ref',
  'definitions',
  'additionalProperties',
  'allOf',
  'anyOf',
  'const',
  'default',
  'description',
  'enum',
  'format',
  'items',
  'minItems',
  'properties',
  'required',
  'title',
  'type',
]);

/**
 * A schema as Claude's structured output takes it, at Anthropic and at Bedrock; one that it accepts is left as it is:
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations.
 */
export function fitClaudeSchema(schema: JsonObject): JsonObject {
  if (typeof schema['$ref'] === 'string') return schema;
  const { oneOf, $schema: _, ...rest } = schema;
  const fitting: Record<string, Json | undefined> = {};
  const told: string[] = [];
  for (const [name, value] of Object.entries(
    oneOf === undefined || 'anyOf' in rest ? rest : { ...rest, anyOf: oneOf },
  )) {
    if (isUnderstood(name, value)) setOwn(fitting, name, fitField(name, value));
    else told.push(`${name}: ${JSON.stringify(value)}`);
  }
  if (fitting['type'] === 'object' && fitting['additionalProperties'] !== false)
    fitting['additionalProperties'] = false;
  if (told.length > 0) {
    const { description } = fitting;
    fitting['description'] =
      `${typeof description === 'string' ? `${description}\n\n` : ''}{${told.join(', ')}}`;
  }
  return fitting;
}

function isUnderstood(name: string, value: Json | undefined): boolean {
  if (name === 'format') return typeof value === 'string' && formats.has(value);
  if (name === 'minItems') return value === 0 || value === 1;
  return understood.has(name);
}

function fitField(name: string, value: Json | undefined): Json | undefined {
  switch (name) {
    case 'properties':
    case '$defs':
    case 'definitions':
      return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fitEntry(entry)]))
        : value;
    case 'items':
      return fitEntry(value);
    case 'anyOf':
    case 'allOf':
      return Array.isArray(value) ? value.map((entry: Json) => fitEntry(entry) ?? null) : value;
    default:
      return value;
  }
}

function fitEntry(value: Json | undefined): Json | undefined {
  return isObject(value) ? fitClaudeSchema(value) : value;
}
