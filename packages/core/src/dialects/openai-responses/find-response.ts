import { bufferOf } from '../../protocol/buffer-of.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { EventReader } from '../../stream/read-events.ts';
import { isList, isObject, listOf, parseJson, wordOf } from '../shared/read.ts';

/** A response as it was told, with the id by which it is found again. */
export interface ToldResponse {
  readonly id: string;
  readonly text: string;
  /** The ids of its items. */
  readonly items: readonly string[];
  /** Its upstream does not keep it, whatever it was asked for: so it is where no data may be kept. */
  readonly isForgotten: boolean;
}

/** Characters: nobody's ids are as long, and they are names in a store. */
const longestId = 512;
/** Items of one response that are found by their ids: each is an entry in a store. */
const mostItems = 256;

/** In a whole answer. Undefined where it is no response. */
export function readResponse(body: Uint8Array): ToldResponse | undefined {
  const text = bufferOf(body).toString('utf8');
  const value = parseJson(text);
  return isObject(value) && isList(value['output']) ? toldAs(value, text) : undefined;
}

/** The types of the events that tell the whole response: at the end of a stream, and at its start. */
const last = ['response.completed', 'response.incomplete', 'response.failed'];
const first = ['response.created', 'response.queued'];

/** In whole events at the end of a stream. Undefined where it is not among them. */
export const findLastResponse: (events: Uint8Array) => ToldResponse | undefined = finder(last);

/** The same, also of one that has only begun. */
export const findAnyResponse: (events: Uint8Array) => ToldResponse | undefined = finder([...last, ...first]);

function finder(types: readonly string[]): (events: Uint8Array) => ToldResponse | undefined {
  const marks = types.map((type) => Buffer.from(`"${type}"`));
  return (events) => {
    const bytes = bufferOf(events);
    if (!marks.some((mark) => bytes.includes(mark))) return undefined;
    const reader = new EventReader(bytes.length);
    const told = [...reader.push(bytes), ...reader.end()].flatMap(({ data }) => {
      if (!types.some((type) => data.includes(type))) return [];
      const event = parseJson(data);
      if (!isObject(event) || !types.some((type) => type === event['type'])) return [];
      const { response } = event;
      return isObject(response) ? (toldAs(response, JSON.stringify(response)) ?? []) : [];
    });
    return told.at(-1);
  };
}

/** Some servers leave out what kind of object it is. */
function toldAs(response: JsonObject, text: string): ToldResponse | undefined {
  const { id: given, object = 'response', store } = response;
  const id = wordOf(given);
  if (id === undefined || id.length > longestId || object !== 'response') return undefined;
  return { id, text, items: listItemIds(response), isForgotten: store === false };
}

/** The ids of the items of a response, by which callers may name them later. */
export function listItemIds({ output }: JsonObject): readonly string[] {
  return listOf(output)
    .map((item) => (isObject(item) ? wordOf(item['id']) : undefined))
    .filter((id) => id !== undefined)
    .filter((id) => id.length <= longestId)
    .slice(0, mostItems);
}

/** The items of a response that have these ids. */
export function pickItems(
  { output }: JsonObject,
  ids: readonly string[],
): readonly (readonly [string, JsonObject])[] {
  return listOf(output).flatMap((item) => {
    const id = isObject(item) ? wordOf(item['id']) : undefined;
    return isObject(item) && id !== undefined && ids.includes(id) ? [[id, item] as const] : [];
  });
}
