import type { Extra } from '../../protocol/content.ts';
import type { Json } from '../../protocol/json.ts';
import { isSameJson } from '../shared/read.ts';
import { ownOf } from './own-extra.ts';

/** A message item that more parts may join. */
export interface OpenMessage {
  /** What its parts say of it: undefined where they say nothing. */
  readonly fields: Json | undefined;
}

/** Whether a part of a message goes into the one before. What cannot tell whose it is (a refusal in a
 * stream) joins. */
export function joins(
  open: OpenMessage | undefined,
  type: 'text' | 'other',
  extra: Extra | undefined,
): boolean {
  if (open === undefined) return false;
  const { item, startsItem } = ownOf(extra);
  if (startsItem === true) return false;
  return (type === 'other' && item === undefined) || isSameJson(open.fields, item);
}
