import type { HeaderMap } from '../protocol/answer.ts';

/** What may cross from an upstream to the caller; everything else (cookies above all) stays here. */
const allowed = new Set([
  'content-type',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'openai-processing-ms',
  'openai-version',
  'openai-model',
]);

/** Rate-limit headers, in the vendors' form and in that of the IETF draft. */
function isRateLimit(name: string): boolean {
  return name.startsWith('x-ratelimit') || name.startsWith('ratelimit');
}

/** Lower-case names; a name that comes several times is joined, as RFC 9110 (5.3) allows. */
export function pickResponseHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): HeaderMap {
  const picked: HeaderMap = {};
  for (const name in headers) {
    if (!allowed.has(name) && !isRateLimit(name)) continue;
    const value = headers[name];
    if (value !== undefined) picked[name] = printable(typeof value === 'string' ? value : value.join(', '));
  }
  return picked;
}

/** Node refuses to write other characters, and a line break would start a header of the upstream's own. */
function printable(value: string): string {
  return /^[\t\x20-\x7e]*$/.test(value) ? value : value.replace(/[^\t\x20-\x7e]/g, '?');
}
