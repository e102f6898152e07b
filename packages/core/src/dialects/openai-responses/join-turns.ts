import type { Json, JsonObject } from '../../protocol/json.ts';
import type { StoredTurn } from '../../protocol/previous.ts';
import { invalid, isList, isObject } from '../shared/read.ts';
import { isUnderWay } from './background-response.ts';

/**
 * A conversation that its provider would find by an id, written out as input. Instructions are not part of it.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` where an answer is still to come.
 */
export function joinTurns(body: JsonObject, turns: readonly StoredTurn[]): JsonObject {
  const { previous_response_id: _, ...rest } = body;
  if (turns.some(({ response }) => isUnderWay(response)))
    throw invalid('previous_response_id', 'that response is still being made');
  return { ...rest, input: [...itemsOf(turns).map(withoutPlace), ...inputItems(body['input'])] };
}

/** All that the last answer was given to: what was said before, and its own input. */
export function inputOf(turns: readonly StoredTurn[]): readonly Json[] {
  const last = turns.at(-1);
  return [...itemsOf(turns.slice(0, -1)), ...inputItems(last?.request['input'])];
}

function itemsOf(turns: readonly StoredTurn[]): Json[] {
  return turns.flatMap(({ request, response }) => [
    ...inputItems(request['input']),
    ...(isList(response['output']) ? response['output'] : []),
  ]);
}

/** Items that are whole without an id. */
const whole: ReadonlySet<unknown> = new Set(['message', 'reasoning', 'function_call', 'custom_tool_call']);

/** By its id, a provider looks for an item among those that it keeps itself: this one may be another's. */
function withoutPlace(item: Json): Json {
  if (!isObject(item) || !whole.has(item['type'])) return item;
  const { id: _, ...rest } = item;
  return rest;
}

function inputItems(input: Json | undefined): readonly Json[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  return isList(input) ? input : [];
}
