import { optionsError } from '../errors.ts';
import type { Dialect } from '../protocol/call.ts';
import type { ApiKey, Timeouts, Upstream } from './upstream.ts';

const timeoutNames = ['connect', 'firstByte', 'idle', 'queue', 'write'];

/** What every vendor's function takes. */
export const commonNames: readonly string[] = [
  'connect',
  'fileOrigins',
  'headers',
  'maxConcurrency',
  'probe',
  'region',
  'tags',
  'timeouts',
  'webhookSecret',
  'weight',
];

/** A word that is mistyped, or that this vendor has no use for, would otherwise be an option that does nothing. */
export function checkNames(vendor: string, options: unknown, known: readonly string[]): void {
  if (!isPlainObject(options))
    throw optionsError(`${vendor}: options must be an object with ${known.join(', ')}`);
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw optionsError(`${vendor}: there is no option "${name}"; options are ${known.join(', ')}`);
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** In an error; any value can be shown, and a text is told from a number. */
function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

export function checkTimeouts(vendor: string, timeouts: Partial<Timeouts>): Partial<Timeouts> {
  checkNames(`${vendor}: timeouts`, timeouts, timeoutNames);
  for (const [name, value] of Object.entries(timeouts)) {
    if (typeof value !== 'number' || !(value > 0) || value === Number.POSITIVE_INFINITY)
      throw optionsError(
        `${vendor}: timeouts.${name} is ${show(value)}; it must be a number of milliseconds above 0`,
      );
  }
  return Object.freeze({ ...timeouts });
}

const dialects: readonly Dialect[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'bedrock',
];

export function checkDialectName(vendor: string, dialect: Dialect): Dialect {
  if (!dialects.includes(dialect))
    throw optionsError(`${vendor}: dialect is ${show(dialect)}; it must be one of ${dialects.join(', ')}`);
  return dialect;
}

/** What a function says of a model is checked when it says it. */
export function checkDialect(vendor: string, dialect: Upstream['dialect']): Upstream['dialect'] {
  if (typeof dialect !== 'function') return checkDialectName(vendor, dialect);
  return (model) => checkDialectName(vendor, dialect(model));
}

/** A word that callers can name in a header. */
export function checkWord(vendor: string, name: string, word: string | undefined): string | undefined {
  if (word !== undefined && (typeof word !== 'string' || !/^[\w.:-]{1,64}$/.test(word)))
    throw optionsError(
      `${vendor}: ${name} is ${show(word)}; it must be a word of letters, digits, "-", "_", "." and ":"`,
    );
  return word;
}

export function checkWords(vendor: string, name: string, words: readonly string[]): readonly string[] {
  if (!Array.isArray(words)) throw optionsError(`${vendor}: ${name} must be a list of words`);
  for (const word of words) checkWord(vendor, name, word);
  return Object.freeze([...words]);
}

export function checkModels<Model extends string>(
  vendor: string,
  models: readonly Model[],
): readonly Model[] {
  if (!Array.isArray(models) || models.some((name) => typeof name !== 'string' || name === ''))
    throw optionsError(`${vendor}: models must be a list of names`);
  return models;
}

export function checkBoolean(vendor: string, name: string, value: boolean): boolean {
  if (typeof value !== 'boolean')
    throw optionsError(`${vendor}: ${name} is ${show(value)}; it must be true or false`);
  return value;
}

export function checkCount(vendor: string, name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1)
    throw optionsError(`${vendor}: ${name} is ${show(value)}; it must be a whole number above 0`);
  return value;
}

export function parseBaseURL(vendor: string, baseURL: string): { origin: string; path: string } {
  const url = URL.canParse(baseURL) ? new URL(baseURL) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw optionsError(
      `${vendor}: baseURL ${JSON.stringify(baseURL)} is not an http or https address; give one like "https://api.example.com/v1"`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw optionsError(`${vendor}: baseURL must not hold a user name or password; give the key as apiKey`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw optionsError(
      `${vendor}: baseURL must not have a query or fragment; it ends with the version, like ".../v1"`,
    );
  }
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}

export function checkApiKey(vendor: string, apiKey: ApiKey | undefined): ApiKey {
  const cure = 'is the environment variable set?';
  if (apiKey === undefined) throw optionsError(`${vendor}: apiKey is undefined; ${cure}`);
  if (typeof apiKey === 'function') return apiKey;
  const keys = typeof apiKey === 'string' ? [apiKey] : apiKey;
  if (!Array.isArray(keys))
    throw optionsError(
      `${vendor}: apiKey is a ${typeof apiKey}; give a string, a list of strings or a function`,
    );
  if (keys.length === 0) throw optionsError(`${vendor}: apiKey is an empty list; give at least one key`);
  for (const key of keys) {
    if (typeof key !== 'string' || key === '') throw optionsError(`${vendor}: apiKey is empty; ${cure}`);
    // A header cannot carry these, and a trailing line feed is the usual mistake of keys read from files.
    if (!/^[\x21-\x7e]+$/.test(key))
      throw optionsError(
        `${vendor}: apiKey has a space, line break or other character that no key has; trim it`,
      );
  }
  return typeof apiKey === 'string' ? apiKey : Object.freeze([...keys]);
}

export function checkHeaders(
  vendor: string,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name))
      throw optionsError(`${vendor}: headers has ${JSON.stringify(name)}, which is not a header name`);
    if (typeof value !== 'string' || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw optionsError(
        `${vendor}: the value of header ${JSON.stringify(name)} must be a string of printable ASCII`,
      );
    }
    if (forbiddenHeaders.has(name.toLowerCase()))
      throw optionsError(
        `${vendor}: header ${JSON.stringify(name)} is set by the gateway itself; leave it out`,
      );
    checked[name.toLowerCase()] = value;
  }
  return Object.freeze(checked);
}

const forbiddenHeaders = new Set([
  'accept',
  'connection',
  'content-length',
  'content-type',
  'content-encoding',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'accept-encoding',
]);

export function checkPositive(vendor: string, name: string, value: number): number {
  if (!Number.isFinite(value) || value <= 0)
    throw optionsError(`${vendor}: ${name} is ${show(value)}; it must be a number above 0`);
  return value;
}
