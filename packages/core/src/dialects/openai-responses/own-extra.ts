import type { Extra } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { isEmpty } from './read.ts';

export const dialect = 'openai-responses';

/** Fields that only describe what was said: nothing is lost without them. */
const descriptive: ReadonlySet<string> = new Set([
  'id',
  'index',
  'item',
  'object',
  'role',
  'status',
  'system_fingerprint',
  'type',
]);

const nothing: JsonObject = {};

/** What is kept for this dialect. */
export function ownExtra(extra: Extra | undefined): JsonObject {
  return extra?.[dialect] ?? nothing;
}

/** For spreading: these fields kept for this dialect, if there are any. */
export function keep(fields: JsonObject | undefined): { extra?: Extra } {
  return fields === undefined || isEmpty(fields) ? {} : { extra: { [dialect]: fields } };
}

/** Names what other dialects keep and this one cannot say. */
export function dropForeign(extra: Extra | undefined, dropped: Set<string>, path = ''): void {
  if (extra === undefined) return;
  for (const [name, fields] of Object.entries(extra)) {
    if (name === dialect) continue;
    for (const field of Object.keys(fields)) if (!descriptive.has(field)) dropped.add(path + field);
  }
}
