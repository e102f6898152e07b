import { type JsonObject, readString } from '../../wire/read-json.ts';
import type { Complaint } from '../dialect.ts';
import { isEncryptedReasoning } from './encrypt-reasoning.ts';
import { complain } from './word-problem.ts';

const outputs: Readonly<Record<string, string>> = {
  function_call_output: 'function_call',
  custom_tool_call_output: 'custom_tool_call',
};

/**
 * What OpenAI refuses about a conversation: results without calls, calls without results, and reasoning that does not come
 * back as it went. `before` are the items of earlier responses, `stored` tells whether an item is kept by its id.
 */
export function checkInput(
  input: readonly JsonObject[],
  before: readonly JsonObject[],
  stored: ReadonlyMap<string, JsonObject>,
): Complaint | undefined {
  for (const [index, item] of input.entries()) {
    const problem =
      item.type === 'reasoning'
        ? checkReasoning(item, input[index + 1], { index, stored })
        : checkReference(item, stored);
    if (problem !== undefined) return problem;
  }
  return checkCalls(input, before);
}

function checkReasoning(
  item: JsonObject,
  next: JsonObject | undefined,
  { index, stored }: { readonly index: number; readonly stored: ReadonlyMap<string, JsonObject> },
): Complaint | undefined {
  const id = readString(item.id);
  const encrypted = readString(item.encrypted_content);
  if (encrypted !== undefined && !isEncryptedReasoning(encrypted, id)) {
    return complain(
      `The encrypted content for item ${id ?? `input[${index}]`} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
      'input',
      'invalid_encrypted_content',
    );
  }
  if (encrypted === undefined && id !== undefined && !stored.has(id)) return notKept(id);
  const isFollowed =
    next !== undefined && (next.role === 'assistant' || /^reasoning$|_call$/.test(String(next.type)));
  return isFollowed
    ? undefined
    : complain(
        `Item '${id ?? ''}' of type 'reasoning' was provided without its required following item.`,
        'input',
      );
}

function checkReference(item: JsonObject, stored: ReadonlyMap<string, JsonObject>): Complaint | undefined {
  const id = readString(item.id) ?? '';
  return item.type === 'item_reference' && !stored.has(id) ? notKept(id) : undefined;
}

function notKept(id: string): Complaint {
  return {
    type: 'not-found',
    message: `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
    param: 'input',
  };
}

function checkCalls(input: readonly JsonObject[], before: readonly JsonObject[]): Complaint | undefined {
  const all = [...before, ...input];
  for (const [output, call] of Object.entries(outputs)) {
    const calls = idsOf(all, call);
    const results = idsOf(all, output);
    const kind = call === 'function_call' ? 'function call' : 'custom tool call';
    const stray = results.find((id) => !calls.includes(id));
    if (stray !== undefined) {
      return complain(`No tool call found for ${kind} output with call_id ${stray}.`, 'input');
    }
    const open = calls.find((id) => !results.includes(id));
    if (open !== undefined) return complain(`No tool output found for ${kind} ${open}.`, 'input');
  }
  return undefined;
}

function idsOf(items: readonly JsonObject[], type: string): readonly string[] {
  return items.filter((item) => item.type === type).map((item) => readString(item.call_id) ?? '');
}
