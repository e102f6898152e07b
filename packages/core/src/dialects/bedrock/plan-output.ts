import type { ChatRequest, OutputFormat } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { fitClaudeSchema } from '../shared/fit-claude-schema.ts';
import { optional } from '../shared/read.ts';
import type { Rendering } from './render-content.ts';

/** The tool by which a model that knows no structured output gives one; its input is the answer's text. */
export const answerTool = 'vector_engine_json_answer';

export interface OutputPlan {
  /** `outputConfig.textFormat`, where the model knows it. */
  readonly textFormat?: JsonObject;
  /** The tool to be called instead. */
  readonly tool?: JsonObject;
}

/** How the answer is made to look as the caller wants it. JSON of no particular shape has no word of its own here. */
export function planOutput({ output }: ChatRequest, { family, drops }: Rendering): OutputPlan {
  if (output === undefined || output.type === 'text') return {};
  if (output.type === 'json') return { tool: renderAnswerTool({ type: 'object' }, output) };
  if (!family.hasNativeSchema) {
    // A tool's input is close to its schema, but nobody vouches for it.
    if (output.isStrict === true) drops.add('response_format.json_schema.strict');
    return { tool: renderAnswerTool(output.schema, output) };
  }
  const jsonSchema = {
    schema: JSON.stringify(family.vendor === 'claude' ? fitClaudeSchema(output.schema) : output.schema),
    name: output.name,
    ...optional('description', output.description),
  };
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
}

function renderAnswerTool(schema: JsonObject, output: OutputFormat): JsonObject {
  const more = output.type === 'json-schema' && output.description ? ` ${output.description}` : '';
  const description = `Gives the final answer to the user, as JSON: the arguments are the answer.${more}`;
  return {
    toolSpec: { name: answerTool, description, inputSchema: { json: { ...schema, type: 'object' } } },
  };
}

/** Said to a model that cannot be forced to call the tool, because it thinks. */
export const answerToolInstruction: string = `Give your final answer by calling the tool ${answerTool}, and write no text beside it.`;
