import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, isObject, wordOf } from '../shared/read.ts';

/** The ids that stand in a request in place of items of earlier answers: `{ type: 'item_reference', id }`. */
export function listReferences(body: JsonObject): readonly string[] {
  const { input } = body;
  return isList(input) ? input.flatMap((item) => referenceOf(item) ?? []) : [];
}

/** The ids of all items of earlier answers in a request, said or only named. */
export function listItems(body: JsonObject): readonly string[] {
  const { input } = body;
  return isList(input) ? input.flatMap((item) => idOf(item) ?? []) : [];
}

/**
 * The same request with those items written out; one that is not known stays as it is. Those of `strangers` lose their
 * ids, and what only their keeper can read.
 */
export function joinItems(
  body: JsonObject,
  items: ReadonlyMap<string, JsonObject>,
  strangers: ReadonlySet<string>,
): JsonObject {
  const { input } = body;
  if (!isList(input)) return body;
  const join = (item: Json): Json => {
    const said = items.get(referenceOf(item) ?? '') ?? item;
    return isObject(said) && strangers.has(idOf(said) ?? '') ? withoutKeeper(said) : said;
  };
  return { ...body, input: input.map(join) };
}

function withoutKeeper({ id: _id, encrypted_content: _content, ...item }: JsonObject): JsonObject {
  return item;
}

function idOf(item: Json): string | undefined {
  return isObject(item) ? wordOf(item['id']) : undefined;
}

function referenceOf(item: Json): string | undefined {
  return isObject(item) && item['type'] === 'item_reference' ? wordOf(item['id']) : undefined;
}
