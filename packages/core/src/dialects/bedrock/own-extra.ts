import type { Extra } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { keepExtra } from '../shared/keep-extra.ts';

/** For spreading: what only this dialect has words for, if there is any of it. */
export function extraOf(fields: JsonObject | undefined): { extra?: Extra } {
  return keepExtra('bedrock', fields);
}

/** What this dialect put aside for itself. */
export function ownOf(extra: Extra | undefined): JsonObject {
  return extra?.bedrock ?? {};
}
