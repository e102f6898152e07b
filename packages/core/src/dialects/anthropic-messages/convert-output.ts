import type { OutputFormat } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { fitClaudeSchema } from '../shared/fit-claude-schema.ts';
import { isObject, objectOf } from '../shared/read.ts';

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
    schema: fitClaudeSchema(description === undefined ? schema : { description, ...schema }),
  };
}
