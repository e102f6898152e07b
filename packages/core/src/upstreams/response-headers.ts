import type { HeaderMap } from '../protocol/answer.ts';
import type { Secrets } from './hide-secrets.ts';

/** What may cross from an upstream to the caller; everything else (cookies above all) stays here. */
const allowed = new Set([
  // How long a file is of which too much was asked for.
  'content-range',
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

type AnyHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What callers may see; lower-case names. `secrets`: what the upstream was sent and may quote. */
export function pickResponseHeaders(headers: AnyHeaders, secrets?: Pick<Secrets, 'hideInHeader'>): HeaderMap {
  const picked: HeaderMap = {};
  for (const name in headers) {
    if (!allowed.has(name) && !isRateLimit(name)) continue;
    const value = headers[name];
    if (value === undefined) continue;
    const text = printable(joined(value));
    picked[name] = secrets === undefined ? text : secrets.hideInHeader(text);
  }
  return picked;
}

const ofFiles: ReadonlySet<string> = new Set([
  'accept-ranges',
  'content-disposition',
  'content-range',
  'etag',
  'last-modified',
]);

/** What is said of a file that passes. Its length only where nothing in it is looked for, and so nothing changed. */
export function pickFileHeaders(headers: AnyHeaders, type: string): HeaderMap {
  const picked: HeaderMap = {};
  for (const name in headers) {
    const value = headers[name];
    const passes = ofFiles.has(name) || (name === 'content-length' && !isText(type));
    if (passes && value !== undefined) picked[name] = printable(joined(value));
  }
  return picked;
}

/** In text, a key of ours could stand; in a video it is noise that looks like one. */
export function isText(type: string): boolean {
  return type === '' || /^text\/|\b(?:json|jsonl|xml|javascript|event-stream)\b/.test(type);
}

/** All that an upstream says of its error: for us to read, not for callers to see. */
export function joinHeaders(headers: AnyHeaders): HeaderMap {
  const all: HeaderMap = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) all[name] = joined(value);
  return all;
}

/** A name that comes several times is joined, as RFC 9110 (5.3) allows. */
function joined(value: string | string[]): string {
  return typeof value === 'string' ? value : value.join(', ');
}

/** Node refuses to write other characters, and a line break would start a header of the upstream's own. */
function printable(value: string): string {
  return /^[\t\x20-\x7e]*$/.test(value) ? value : value.replace(/[^\t\x20-\x7e]/g, '?');
}

/** Names of parameters, some of them the caller's own words: a header takes printable ASCII only, and not without end. */
export function toHeaderList(names: readonly string[]): string {
  return names
    .join(', ')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 2048);
}
