import { checkShape } from '../../wire/check-shape.ts';
import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';
import type { Complaint } from '../dialect.ts';
import { checkStrictSchema } from './check-strict-schema.ts';
import { countShape, createShape } from './request-shape.ts';
import { complain, wordProblem } from './word-problem.ts';

/** What OpenAI refuses about a request's fields, in its words. `canReason`: the model is one that can. */
export function checkRequest(
  body: JsonObject,
  operation: 'create' | 'count',
  facts: { readonly canReason: boolean; readonly alwaysReasons: boolean },
): Complaint | undefined {
  const problem = checkShape(body, operation === 'create' ? createShape : countShape);
  if (problem !== undefined) return wordProblem(problem);
  return checkTools(body) ?? checkFormat(body) ?? checkModel(body, facts) ?? checkStore(body);
}

function checkTools({ tools, tool_choice: choice }: JsonObject): Complaint | undefined {
  const all = readList(tools).filter(isJsonObject);
  for (const [index, tool] of all.entries()) {
    const problem = tool.strict === true ? checkStrictSchema(tool.parameters) : undefined;
    if (problem !== undefined) {
      return complain(
        `Invalid schema for function '${String(tool.name)}': ${problem}`,
        `tools[${index}].parameters`,
        'invalid_function_parameters',
      );
    }
  }
  const name = isJsonObject(choice) ? readString(choice.name) : undefined;
  if (name !== undefined && !all.some((tool) => tool.name === name)) {
    return complain(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice');
  }
  return (choice === 'required' || name !== undefined) && all.length === 0
    ? complain("Tool choice 'required' must be specified with 'tools' parameter.", 'tool_choice')
    : undefined;
}

function checkFormat({ text, input, instructions }: JsonObject): Complaint | undefined {
  const format = isJsonObject(text) ? text.format : undefined;
  if (!isJsonObject(format)) return undefined;
  if (format.type === 'json_object' && !/json/i.test(JSON.stringify([input, instructions]))) {
    return complain(
      "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
      'input',
    );
  }
  const problem = format.strict === true ? checkStrictSchema(format.schema) : undefined;
  return problem === undefined
    ? undefined
    : complain(
        `Invalid schema for response_format '${String(format.name)}': ${problem}`,
        'text.format.schema',
        'invalid_json_schema',
      );
}

function checkModel(
  body: JsonObject,
  { canReason, alwaysReasons }: { readonly canReason: boolean; readonly alwaysReasons: boolean },
): Complaint | undefined {
  const { reasoning } = body;
  const used = ['effort', 'summary'].find(
    (name) => isJsonObject(reasoning) && (reasoning[name] ?? null) !== null,
  );
  if (!canReason && used !== undefined) return unsupported(`reasoning.${used}`);
  const sampled = ['temperature', 'top_p'].find((name) => (body[name] ?? null) !== null);
  return alwaysReasons && sampled !== undefined ? unsupported(sampled) : undefined;
}

function unsupported(param: string): Complaint {
  return complain(
    `Unsupported parameter: '${param}' is not supported with this model.`,
    param,
    'unsupported_parameter',
  );
}

function checkStore({
  background,
  store,
  previous_response_id: previous,
  conversation,
}: JsonObject): Complaint | undefined {
  if (background === true && store === false) {
    return complain("Background mode requires 'store' to be true.", 'store');
  }
  return (previous ?? null) !== null && (conversation ?? null) !== null
    ? complain(
        "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing one of these parameters.",
        'previous_response_id',
        'mutually_exclusive_parameters',
      )
    : undefined;
}
