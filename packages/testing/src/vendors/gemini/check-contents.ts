import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';
import type { GeminiFacts } from './gemini-facts.ts';
import type { Place } from './request-shape.ts';
import { isGenuine } from './sign-thought.ts';

/** What Google refuses about a conversation, in its words. */
export function checkContents(
  contents: readonly JsonObject[],
  facts: GeminiFacts,
  place: Place,
): string | undefined {
  if (contents.length === 0) return '* GenerateContentRequest.contents: contents is not specified\n';
  for (const [index, content] of contents.entries()) {
    const problem = checkContent(content, `GenerateContentRequest.contents[${index}]`);
    if (problem !== undefined) return problem;
  }
  const turns = mergeTurns(contents);
  return checkCalls(turns) ?? checkSignatures(turns, place) ?? checkMissing(turns, facts);
}

/** Neighbouring contents of one role are one turn, as Google's own SDK sends back what came in a stream. */
function mergeTurns(contents: readonly JsonObject[]): readonly JsonObject[] {
  const turns: JsonObject[] = [];
  for (const content of contents) {
    const role = content.role === 'model' ? 'model' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) {
      turns[turns.length - 1] = { role, parts: [...partsOf(last), ...partsOf(content)] };
    } else {
      turns.push({ role, parts: partsOf(content) });
    }
  }
  return turns;
}

const kinds = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
];

function checkContent({ role, parts }: JsonObject, name: string): string | undefined {
  if (role !== undefined && role !== 'user' && role !== 'model' && role !== 'function') {
    return 'Please use a valid role: user, model.';
  }
  const all = partsOf({ parts });
  if (all.length === 0) return `* ${name}.parts: contents.parts must not be empty.\n`;
  for (const [index, part] of all.entries()) {
    const count = kinds.filter((kind) => part[kind] !== undefined).length;
    if (count === 0) {
      return `* ${name}.parts[${index}].data: required oneof field 'data' must have one initialized field\n`;
    }
    if (count > 1)
      return `Invalid value at '${name}.parts[${index}]' (oneof), oneof field 'data' is already set.`;
    const { functionResponse: response, functionCall: call } = part;
    if (isJsonObject(response) && (response.name ?? '') === '') {
      return `* ${name}.parts[${index}].function_response.name: Name cannot be empty.\n`;
    }
    if (isJsonObject(call) && (call.name ?? '') === '') {
      return `* ${name}.parts[${index}].function_call.name: Name cannot be empty.\n`;
    }
  }
  return undefined;
}

/** Calls come right after a user's turn or results, and their results, as many and of the same names, right after them. */
function checkCalls(turns: readonly JsonObject[]): string | undefined {
  for (const [index, content] of turns.entries()) {
    const calls = fieldsOf(content, 'functionCall');
    const responses = fieldsOf(content, 'functionResponse');
    const before = turns[index - 1];
    if (calls.length > 0 && before === undefined) {
      return 'Please ensure that function call turn comes immediately after a user turn or after a function response turn.';
    }
    const asked = before === undefined ? [] : fieldsOf(before, 'functionCall');
    if (responses.length > 0 && asked.length === 0) {
      return 'Please ensure that function response turn comes immediately after a function call turn.';
    }
    if (asked.length > 0 && asked.length !== responses.length) {
      return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';
    }
    if (!isPaired(asked, responses)) {
      return 'Please ensure that the function responses have the names and ids of the function calls of the function call turn.';
    }
  }
  return undefined;
}

function checkSignatures(contents: readonly JsonObject[], place: Place): string | undefined {
  for (const part of contents.flatMap(partsOf)) {
    const signature = readString(part.thoughtSignature);
    if (signature === undefined || signature === '') continue;
    const name = isJsonObject(part.functionCall) ? readString(part.functionCall.name) : undefined;
    const signed = name === undefined ? { type: 'text' as const } : { type: 'call' as const, name };
    if (isGenuine(place, signed, signature)) continue;
    return place === 'gemini'
      ? 'Corrupted thought signature.'
      : 'Unable to submit request because Thought signature is not valid.. Learn more: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/gemini';
  }
  return undefined;
}

/** Of the calls after the user last spoke, the first of each content must be signed. */
function checkMissing(contents: readonly JsonObject[], facts: GeminiFacts): string | undefined {
  if (!facts.needsSignatures) return undefined;
  const spoke = contents.findLastIndex(
    (content) => content.role !== 'model' && fieldsOf(content, 'functionResponse').length === 0,
  );
  for (const [index, content] of contents.entries()) {
    if (index <= spoke) continue;
    const call = partsOf(content).find((part) => part.functionCall !== undefined);
    if (call === undefined || (readString(call.thoughtSignature) ?? '') !== '') continue;
    const name = isJsonObject(call.functionCall) ? String(call.functionCall.name) : '';
    return `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`;
  }
  return undefined;
}

function partsOf({ parts }: JsonObject): readonly JsonObject[] {
  return readList(parts).filter(isJsonObject);
}

function fieldsOf(content: JsonObject, field: string): readonly JsonObject[] {
  return partsOf(content)
    .map((part) => part[field])
    .filter(isJsonObject);
}

/** Of the same names, in any order; and where calls have ids, their results have the same. */
function isPaired(calls: readonly JsonObject[], responses: readonly JsonObject[]): boolean {
  const hasIds = calls.some(({ id }) => id !== undefined);
  return (hasIds ? ['name', 'id'] : ['name']).every(
    (field) => listOf(calls, field) === listOf(responses, field),
  );
}

function listOf(fields: readonly JsonObject[], name: string): string {
  return fields
    .map((field) => readString(field[name]) ?? '')
    .toSorted()
    .join(' ');
}
