import type { JsonObject } from '../wire/read-json.ts';

/** The object without the fields that a vendor does not send. */
export function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
