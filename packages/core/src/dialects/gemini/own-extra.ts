import type { Extra } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { keepExtra } from '../shared/keep-extra.ts';
import { fieldsOf } from '../shared/read.ts';

/** For spreading: what only this dialect has words for, if there is any of it. */
export function extraOf(fields: JsonObject | undefined): { extra?: Extra } {
  return keepExtra('gemini', fields);
}

/** What this dialect put aside for itself, below a name if one is given. */
export function ownOf(extra: Extra | undefined, name?: string): JsonObject {
  const own = extra?.gemini ?? {};
  return name === undefined ? own : fieldsOf(own[name]);
}
