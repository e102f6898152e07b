import { GatewayError } from '../../errors.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { StoredTurn } from '../../protocol/previous.ts';
import { isObject } from '../shared/read.ts';
import { inputOf } from './join-turns.ts';

const usualLimit = 20;
const largestLimit = 100;

/**
 * The items that an answer was given to, in pages: https://platform.openai.com/docs/api-reference/responses/input-items.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`
 */
export function listInputItems(turns: readonly StoredTurn[], query: URLSearchParams): JsonObject {
  const items = inputOf(turns).filter(isObject).map(asItem);
  const ordered = readOrder(query) === 'asc' ? items : items.toReversed();
  const start = readStart(query, ordered);
  const limit = readLimit(query);
  const data = ordered.slice(start, start + limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.['id'] ?? null,
    last_id: data.at(-1)?.['id'] ?? null,
    has_more: start + limit < ordered.length,
  };
}

/** Every item has an id and its content as a list, whatever its caller wrote. Its place never changes: the id does not either. */
function asItem(item: JsonObject, index: number): JsonObject {
  const { type = 'message', id } = item;
  const named = { id: typeof id === 'string' && id !== '' ? id : `${prefixOf(type)}_ve_in_${index}` };
  if (type !== 'message') return { status: 'completed', ...item, ...named };
  return { type, status: 'completed', ...item, content: contentOf(item), ...named };
}

function contentOf({ role, content }: JsonObject): Json {
  if (typeof content !== 'string') return content ?? [];
  return role === 'assistant'
    ? [{ type: 'output_text', text: content, annotations: [] }]
    : [{ type: 'input_text', text: content }];
}

function prefixOf(type: Json): string {
  if (type === 'message') return 'msg';
  if (type === 'reasoning') return 'rs';
  return type === 'function_call' || type === 'function_call_output' ? 'fc' : 'item';
}

function readOrder(query: URLSearchParams): 'asc' | 'desc' {
  const order = query.get('order') ?? 'desc';
  if (order === 'asc' || order === 'desc') return order;
  throw invalid('order', 'it must be "asc" or "desc"');
}

function readLimit(query: URLSearchParams): number {
  const text = query.get('limit');
  if (text === null) return usualLimit;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > largestLimit)
    throw invalid('limit', `it must be a whole number from 1 to ${largestLimit}`);
  return limit;
}

function readStart(query: URLSearchParams, items: readonly JsonObject[]): number {
  const after = query.get('after');
  if (after === null) return 0;
  const index = items.findIndex(({ id }) => id === after);
  if (index < 0) throw invalid('after', 'there is no item with this id');
  return index + 1;
}

function invalid(parameter: string, reason: string): GatewayError {
  return new GatewayError('VE_PARAMETER_INVALID', { parameter, reason });
}
