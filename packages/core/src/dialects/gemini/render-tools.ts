import type { Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { fromExtra, isObject, known, readText } from './read.ts';
import { customInput } from './tool-arguments.ts';

/** Vertex takes one list of functions: all are put where the first stood. */
export function renderTools(tools: readonly Tool[], drop: (name: string) => void): readonly JsonObject[] {
  const functions = tools.filter((tool) => tool.type !== 'built-in');
  const declarations = functions.map((tool) => renderFunction(tool, drop));
  const rendered: JsonObject[] = [];
  for (const tool of tools) {
    if (tool.type === 'built-in') {
      const own = tool.extra.gemini ?? renderBuiltIn(tool, functions.length > 0, drop);
      if (own !== undefined) rendered.push(own);
    } else if (tool === functions[0]) rendered.push({ functionDeclarations: declarations });
  }
  return rendered;
}

function renderFunction(tool: Exclude<Tool, { type: 'built-in' }>, drop: (name: string) => void): JsonObject {
  const { name, description } = tool;
  const extra = fromExtra(tool.extra);
  if (tool.type === 'custom') {
    if (tool.format !== undefined && tool.format.type !== 'text') drop('tools.format');
    const properties = { [customInput]: { type: 'string', description: 'The whole input, as it is.' } };
    const parametersJsonSchema = { type: 'object', properties, required: [customInput] };
    return { ...extra, ...known({ name, description }), parametersJsonSchema };
  }
  if (tool.isStrict === true) drop('tools.strict');
  if (tool.cache !== undefined) drop('cache_control');
  // Takes JSON schema as it is; `parameters` would take a piece of OpenAPI only.
  return { ...extra, ...known({ name, description, parametersJsonSchema: tool.parameters }) };
}

/** What other vendors call Gemini's own tools, by the beginning of their `type`. */
const equals: readonly (readonly [RegExp, string])[] = [
  [/^web_search/, 'googleSearch'],
  [/^web_fetch/, 'urlContext'],
  [/^code_(interpreter|execution)/, 'codeExecution'],
];

/** Many models refuse built-in tools beside functions: there another vendor's is left out, and named. */
function renderBuiltIn(
  tool: Extract<Tool, { type: 'built-in' }>,
  isBesideFunctions: boolean,
  drop: (name: string) => void,
): JsonObject | undefined {
  for (const wire of Object.values(tool.extra)) {
    const type = readText(wire.type) ?? 'built_in';
    const name = equals.find(([pattern]) => pattern.test(type))?.[1];
    if (name === undefined || isBesideFunctions) {
      drop(`tools.${type}`);
      continue;
    }
    for (const option of Object.keys(wire))
      if (option !== 'type' && option !== 'name') drop(`tools.${type}.${option}`);
    return { [name]: {} };
  }
  return undefined;
}

export function renderToolConfig(choice: ToolChoice | undefined, extra: JsonObject): JsonObject | undefined {
  const { functionCallingConfig, ...rest } = extra;
  const own = isObject(functionCallingConfig) ? functionCallingConfig : {};
  const calling: JsonObject = { ...(choice === undefined ? {} : renderChoice(choice)), ...own };
  const config = {
    ...rest,
    ...(Object.keys(calling).length === 0 ? {} : { functionCallingConfig: calling }),
  };
  return Object.keys(config).length === 0 ? undefined : config;
}

function renderChoice(choice: ToolChoice): { [name: string]: Json } {
  switch (choice.type) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
    default:
      // Names are taken with these two modes only; `VALIDATED` leaves the model free to say something instead.
      return { mode: choice.isRequired ? 'ANY' : 'VALIDATED', allowedFunctionNames: choice.names };
  }
}
