import type { Usage } from '../../protocol/usage.ts';
import { convertUsage } from './meter-usage.ts';

const usageKey = Buffer.from('"usage"');
const openBrace = 0x7b;
const closeBrace = 0x7d;
const colon = 0x3a;
/** Bytes that a usage object may have; none was seen with more than 1,000. */
const objectLimit = 16_384;
/** Places that are looked at, from the end: an answer made to be searched for ever is not. */
const candidateLimit = 32;

/**
 * The usage of a whole answer, read without parsing the rest: embeddings and long answers are mostly something else.
 * Quotes inside a JSON string are escaped, so these bytes are always a key (or a string of just that word).
 */
export function readUsage(body: Buffer): Usage | undefined {
  let at = body.length;
  for (let looked = 0; looked < candidateLimit && at > 0; looked++) {
    at = body.lastIndexOf(usageKey, at - 1);
    if (at < 0) break;
    const start = skipSpace(body, skipSpace(body, at + usageKey.length, colon));
    if (body[start] !== openBrace) continue;
    const usage = parseUsage(body.subarray(start, findObjectEnd(body, start)));
    if (usage !== undefined) return usage;
  }
  return undefined;
}

/** Skips white space, and the byte `over` once. */
function skipSpace(body: Buffer, from: number, over?: number): number {
  let at = from;
  let expected = over;
  for (;;) {
    const byte = body[at];
    if (byte === expected && byte !== undefined) expected = undefined;
    else if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

/** Usage holds numbers, and short words without braces. */
function findObjectEnd(body: Buffer, start: number): number {
  let depth = 0;
  const limit = Math.min(body.length, start + objectLimit);
  for (let at = start; at < limit; at++) {
    if (body[at] === openBrace) depth++;
    else if (body[at] === closeBrace && --depth === 0) return at + 1;
  }
  return limit;
}

function parseUsage(bytes: Buffer): Usage | undefined {
  try {
    return convertUsage(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}
