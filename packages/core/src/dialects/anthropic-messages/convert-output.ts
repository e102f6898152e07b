import type { OutputFormat } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, objectOf } from './read.ts';

/** Anthropic's schemas have no name. */
const schemaName = 'output';

/** Undefined for a format that is not known. */
export function parseOutput(format: Json | undefined): OutputFormat | undefined {
  if (!isObject(format) || format['type'] !== 'json_schema') return undefined;
  const schema = objectOf(format['schema']);
  if (schema === undefined || Object.keys(format).length > 2) return undefined;
  return { type: 'json-schema', name: schemaName, schema };
}

/** The value of `output_config.format`. */
export function renderOutputFormat(schema: JsonObject, description: string | undefined): JsonObject {
  return {
    type: 'json_schema',
    schema: fitSchema(description === undefined ? schema : { description, ...schema }),
  };
}

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

/** A schema that Anthropic accepts is left as it is. */
function fitSchema(schema: JsonObject): JsonObject {
  if (typeof schema['$ref'] === 'string') return schema;
  const { oneOf, $schema: _, ...rest } = schema;
  const fitting: Record<string, Json | undefined> = {};
  const told: string[] = [];
  for (const [name, value] of Object.entries(
    oneOf === undefined || 'anyOf' in rest ? rest : { ...rest, anyOf: oneOf },
  )) {
    if (isUnderstood(name, value)) define(fitting, name, fitField(name, value));
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
  return isObject(value) ? fitSchema(value) : value;
}

/** Also for a field of the name `__proto__`. */
function define(object: Record<string, Json | undefined>, name: string, value: Json | undefined): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
