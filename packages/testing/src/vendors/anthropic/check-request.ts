import { checkShape } from '../../wire/check-shape.ts';
import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import { type AnthropicProblem, invalid } from './anthropic-errors.ts';
import { checkMessages, checkNewRules, readTurns } from './check-messages.ts';
import { checkSchema } from './check-schema.ts';
import { checkThinking } from './check-thinking.ts';
import { type ClaudeFacts, claudeFacts } from './claude-facts.ts';
import { type RequestKind, requestShape } from './request-shape.ts';
import { wordProblem } from './word-problem.ts';

/** Everything that Anthropic refuses a request for; undefined when all is well. `body` has the model, wherever it stood. */
export function checkRequest(
  given: JsonObject,
  body: JsonObject,
  kind: RequestKind,
): AnthropicProblem | undefined {
  const problem = checkShape(given, requestShape(kind));
  if (problem !== undefined) return invalid(wordProblem(problem));
  const facts = claudeFacts(readString(body.model) ?? '');
  const turns = readTurns(body.messages);
  const message =
    checkLimits(body, facts) ??
    checkTools(body) ??
    checkFormats(body, facts) ??
    checkEffort(body, facts) ??
    checkMarks(body) ??
    checkMessages(turns, facts) ??
    (kind.isOldVersion ? undefined : checkNewRules(turns)) ??
    checkThinking(body, turns, facts);
  return message === undefined ? undefined : invalid(message);
}

function checkLimits(body: JsonObject, { mostTokens, sampling }: ClaudeFacts): string | undefined {
  const maxTokens = readNumber(body.max_tokens) ?? 0;
  if (maxTokens > mostTokens) {
    return `max_tokens: ${maxTokens} > ${mostTokens}, which is the maximum allowed number of output tokens for ${String(body.model)}`;
  }
  if (readList(body.stop_sequences).some((sequence) => String(sequence).trim() === '')) {
    return 'stop_sequences: each stop sequence must contain non-whitespace';
  }
  if (sampling === 'one' && body.temperature !== undefined && body.top_p !== undefined) {
    return '`temperature` and `top_p` cannot both be specified for this model. Please use only one.';
  }
  const refused = ['temperature', 'top_p', 'top_k'].find((name) => body[name] !== undefined);
  if (sampling === 'none' && refused !== undefined) return `\`${refused}\` is deprecated for this model.`;
  return undefined;
}

function checkTools({ tools, tool_choice: choice }: JsonObject): string | undefined {
  const names = readList(tools).flatMap((tool) => (isJsonObject(tool) ? (readString(tool.name) ?? []) : []));
  if (new Set(names).size < names.length) return 'tools: Tool names must be unique.';
  if (!isJsonObject(choice)) return undefined;
  if (choice.type !== 'none' && names.length === 0) {
    return 'tool_choice may only be specified while providing tools';
  }
  return choice.type === 'tool' && !names.includes(String(choice.name))
    ? `Tool '${String(choice.name)}' not found in provided tools`
    : undefined;
}

function checkFormats(body: JsonObject, facts: ClaudeFacts): string | undefined {
  const config = isJsonObject(body.output_config) ? body.output_config.format : undefined;
  const formats = [
    ['output_config.format', config],
    ['output_format', body.output_format],
  ] as const;
  for (const [name, format] of formats) {
    if (!isJsonObject(format)) continue;
    if (!facts.takesOutputFormat) return `'${String(body.model)}' does not support output format.`;
    const problem = checkSchema(format.schema);
    if (problem !== undefined) return `${name}.schema: ${problem}`;
  }
  for (const [index, tool] of readList(body.tools).entries()) {
    if (!isJsonObject(tool) || tool.strict !== true) continue;
    const problem = checkSchema(tool.input_schema);
    if (problem !== undefined) return `tools.${index}.custom: ${problem}`;
  }
  return undefined;
}

function checkEffort({ output_config: config }: JsonObject, { efforts }: ClaudeFacts): string | undefined {
  const effort = isJsonObject(config) ? readString(config.effort) : undefined;
  if (effort === undefined || efforts.includes(effort)) return undefined;
  return efforts.length === 0
    ? 'This model does not support the effort parameter.'
    : `This model does not support effort level '${effort}'. Supported levels: ${efforts.join(', ')}.`;
}

/** At most four places of a prompt can be marked for the cache. */
function checkMarks(body: JsonObject): string | undefined {
  const count =
    countMarks([body.system, body.tools, body.messages]) + (isJsonObject(body.cache_control) ? 1 : 0);
  return count > 4 ? `A maximum of 4 blocks with cache_control may be provided. Found ${count}.` : undefined;
}

function countMarks(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countMarks(item), 0);
  if (!isJsonObject(value)) return 0;
  const own = isJsonObject(value.cache_control) ? 1 : 0;
  return own + countMarks(value.content);
}
