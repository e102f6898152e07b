import { hexOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';

const prefixes: Readonly<Record<string, string>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  function_call_output: 'fc',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctc',
};

export function nameItem(type: string, seed: string): string {
  return `${prefixes[type] ?? 'item'}_${hexOf(`${seed} ${type}`, 50)}`;
}

/** The items that were asked with, each with an id and its type, text as a list of parts; references replaced by what they name. */
export function listItems(
  input: unknown,
  seed: string,
  stored: ReadonlyMap<string, JsonObject>,
): readonly JsonObject[] {
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : readList(input);
  return items.filter(isJsonObject).map((item, index) => {
    const named = stored.get(readString(item.id) ?? '');
    if (item.type === 'item_reference') return named ?? item;
    const type = readString(item.type) ?? 'message';
    if (type === 'reasoning') return item;
    const id = readString(item.id) ?? nameItem(type, `${seed} input ${index}`);
    if (type !== 'message') return { ...item, id };
    const kind = item.role === 'assistant' ? 'output_text' : 'input_text';
    const content = typeof item.content === 'string' ? [{ type: kind, text: item.content }] : item.content;
    return { id, type, status: 'completed', content, role: item.role };
  });
}
