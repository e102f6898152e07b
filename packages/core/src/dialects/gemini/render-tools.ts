import type { ChatRequest, Tool, ToolChoice } from '../../protocol/chat-request.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { type KnownTool, nameOptions, readBuiltIn } from '../shared/built-in-tools.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { nameOfBuiltIn } from '../shared/name-foreign.ts';
import { defined, filled, isEmpty, isObject } from '../shared/read.ts';
import { isBeforeGemini3 } from './model-facts.ts';
import { ownOf } from './own-extra.ts';
import { customInput } from './tool-arguments.ts';

/** Vertex takes one list of functions: all are put where the first stood. */
export function renderTools(tools: readonly Tool[], drops: Drops): readonly JsonObject[] {
  const functions = tools.filter((tool) => tool.type !== 'built-in');
  const declarations = functions.map((tool) => renderFunction(tool, drops.add));
  const rendered: JsonObject[] = [];
  for (const tool of tools) {
    if (tool.type === 'built-in') {
      const own = tool.extra.gemini ?? renderBuiltIn(tool, functions.length > 0, drops);
      if (own !== undefined) rendered.push(own);
    } else if (tool === functions[0]) rendered.push({ functionDeclarations: declarations });
  }
  return rendered;
}

function renderFunction(tool: Exclude<Tool, { type: 'built-in' }>, drop: (name: string) => void): JsonObject {
  const { name, description } = tool;
  const extra = ownOf(tool.extra);
  if (tool.type === 'custom') {
    if (tool.format !== undefined && tool.format.type !== 'text') drop('tools.format');
    const properties = { [customInput]: { type: 'string', description: 'The whole input, as it is.' } };
    const parametersJsonSchema = { type: 'object', properties, required: [customInput] };
    return { ...extra, ...defined({ name, description }), parametersJsonSchema };
  }
  if (tool.cache !== undefined) drop('tools.cache_control');
  // Takes JSON schema as it is; `parameters` would take a piece of OpenAPI only.
  return { ...extra, ...defined({ name, description, parametersJsonSchema: tool.parameters }) };
}

const names: Readonly<Record<KnownTool['kind'], string>> = {
  'web-search': 'googleSearch',
  'web-fetch': 'urlContext',
  code: 'codeExecution',
};

/** Many models refuse built-in tools beside functions: there another vendor's is left out, and named. */
function renderBuiltIn(
  tool: Extract<Tool, { type: 'built-in' }>,
  isBesideFunctions: boolean,
  drops: Drops,
): JsonObject | undefined {
  const known = isBesideFunctions ? undefined : readBuiltIn(tool);
  if (known === undefined) {
    drops.add(nameOfBuiltIn(tool));
    return undefined;
  }
  nameOptions(tool, { known, taken: [] }, drops);
  return { [names[known.kind]]: {} };
}

/** What the model may call, and whether its arguments must fit; `extra`: what else of it is Gemini's own. */
export function renderToolConfig(
  { toolChoice, tools = [], model }: ChatRequest,
  extra: JsonObject,
  drops: Drops,
): JsonObject | undefined {
  const isStrict = tools.some((tool) => tool.type === 'function' && tool.isStrict === true);
  if (isStrict && isBeforeGemini3(model)) drops.add('tools.strict');
  const choice =
    isStrict && !isBeforeGemini3(model) ? validated(toolChoice) : toolChoice && renderChoice(toolChoice);
  const { functionCallingConfig, ...rest } = extra;
  const own = isObject(functionCallingConfig) ? functionCallingConfig : {};
  const calling: JsonObject = { ...choice, ...own };
  const config = {
    ...rest,
    ...(isEmpty(calling) ? {} : { functionCallingConfig: calling }),
  };
  return filled(config);
}

/** Any mode but the automatic one holds the model to the schemas. */
function validated(choice: ToolChoice = { type: 'auto' }): JsonObject {
  return choice.type === 'auto' ? { mode: 'VALIDATED' } : renderChoice(choice);
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
