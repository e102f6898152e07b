import type { ChatDialect, Extra } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, isEmpty } from './read.ts';

/** For spreading: fields that only this dialect has words for, put aside for it; nothing where there are none. */
export function keepExtra(dialect: ChatDialect, fields: JsonObject | undefined): { extra?: Extra } {
  if (fields === undefined) return {};
  const own = defined(fields);
  return isEmpty(own) ? {} : { extra: { [dialect]: own } };
}
