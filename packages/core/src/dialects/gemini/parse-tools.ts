import type { Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, filled, invalid, isEmpty, isObject } from '../shared/read.ts';
import type { FieldReader } from './field-reader.ts';
import { extraOf } from './own-extra.ts';
import { toJsonSchema } from './schema.ts';
import { customInput } from './tool-arguments.ts';

export function parseTools(tools: readonly FieldReader[]): readonly Tool[] {
  return tools.flatMap((tool) => {
    const functions = (tool.objects('functionDeclarations') ?? []).map(parseFunction);
    const others = Object.entries(tool.rest() ?? {}).map(
      ([name, value]): Tool => ({ type: 'built-in', extra: { gemini: { [name]: value } } }),
    );
    return [...functions, ...others];
  });
}

function parseFunction(declaration: FieldReader): Tool {
  const name = declaration.text('name');
  if (name === undefined || name === '')
    throw invalid(`${declaration.path}.name`, 'it must name the function');
  const description = declaration.text('description');
  const openApi = declaration.plain('parameters');
  const jsonSchema = declaration.plain('parametersJsonSchema');
  const rest = declaration.rest();
  if (isCustom(jsonSchema)) return { type: 'custom', name, ...defined({ description }), ...extraOf(rest) };
  const parameters = jsonSchema ?? (openApi && toJsonSchema(openApi));
  return {
    type: 'function',
    name,
    ...defined({ description, parameters }),
    ...extraOf(rest),
  };
}

function isCustom(schema: JsonObject | undefined): boolean {
  return isObject(schema?.properties) && Object.hasOwn(schema.properties, customInput);
}

/** What the model may call, and what of `toolConfig` has no neutral word. */
export function parseToolConfig(config: FieldReader): {
  toolChoice: ToolChoice | undefined;
  rest: JsonObject | undefined;
} {
  const calling = config.object('functionCallingConfig');
  const mode = calling?.text('mode')?.toUpperCase();
  const names = calling?.texts('allowedFunctionNames') ?? [];
  const toolChoice = choiceOf(mode, names);
  // A mode that the choice does not hold is kept: `VALIDATED` without names is `AUTO`, but stricter.
  const isOwn =
    mode !== undefined && (toolChoice === undefined || (mode === 'VALIDATED' && names.length === 0));
  const callingRest = { ...calling?.rest(), ...(isOwn ? { mode } : {}) };
  const rest = {
    ...config.rest(),
    ...(isEmpty(callingRest) ? {} : { functionCallingConfig: callingRest }),
  };
  return { toolChoice, rest: filled(rest) };
}

function choiceOf(mode: string | undefined, names: readonly string[]): ToolChoice | undefined {
  const [only] = names;
  switch (mode) {
    case 'ANY':
      if (only === undefined) return { type: 'required' };
      return names.length === 1 ? { type: 'tool', name: only } : { type: 'allowed', names, isRequired: true };
    case 'AUTO':
    case 'VALIDATED':
      return only === undefined ? { type: 'auto' } : { type: 'allowed', names, isRequired: false };
    case 'NONE':
      return { type: 'none' };
    default:
      return only === undefined ? undefined : { type: 'allowed', names, isRequired: false };
  }
}
