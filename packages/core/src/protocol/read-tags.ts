import { GatewayError } from '../errors.ts';
import type { RequestHeaders } from './exchange.ts';

const most = 16;
const longest = 64;
const header = 'x-vector-tags';
const none: readonly string[] = [];

/** What the caller calls its question, for the operator to invalidate by: words with commas between them. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readTags(headers: RequestHeaders): readonly string[] {
  const given = headers[header];
  if (given === undefined) return none;
  const tags = [
    ...new Set(
      String(given)
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ].toSorted();
  if (tags.length <= most && tags.every(({ length }) => length <= longest)) return tags;
  throw new GatewayError('VE_PARAMETER_INVALID', {
    parameter: header,
    reason: `it takes at most ${most} words of at most ${longest} characters, with commas between them`,
  });
}
