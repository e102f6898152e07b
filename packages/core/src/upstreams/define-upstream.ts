import { optionsError } from '../errors.ts';
import type { Operation } from '../protocol/call.ts';
import type { ApiKey, Timeouts, Upstream, UpstreamOptions } from './upstream.ts';

/** An upstream that speaks a dialect the gateway knows. */
export interface UpstreamDefinition<Model extends string = string> extends UpstreamOptions {
  /** The vendor's short name, for `owned_by`, logs and error messages. */
  readonly vendor: string;
  readonly dialect?: 'openai-chat';
  /** Up to and with the version: `https://api.example.com/v1`. */
  readonly baseURL: string;
  /** Left out: the upstream takes requests without a key. Given but undefined: a mistake, and told. */
  readonly apiKey?: ApiKey | undefined;
  /** The header that carries the key. Default: `authorization: Bearer …`. */
  readonly authorize?: (key: string) => readonly [name: string, value: string];
  /** The address below `baseURL`; undefined for an operation that it does not have. Default: OpenAI's paths. */
  readonly path?: (operation: Operation, model: string) => string | undefined;
  readonly models?: readonly Model[];
  /** The provider takes `stream_options.include_usage`. Default true. */
  readonly takesUsageOption?: boolean;
}

const openAIPaths: Record<Operation, string> = {
  chat: '/chat/completions',
  completions: '/completions',
  embeddings: '/embeddings',
};

const bearer = (key: string): readonly [string, string] => ['authorization', `Bearer ${key}`];

/**
 * Describes any upstream in code; the vendors' own functions are made of it.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that says what is wrong and how to fix it.
 */
export function defineUpstream<const Model extends string = string>(
  definition: UpstreamDefinition<Model>,
): Upstream<Model> {
  const { vendor } = definition;
  checkNames(vendor, definition);
  const base = parseBaseURL(vendor, definition.baseURL);
  const headers = checkHeaders(vendor, definition.headers ?? {});
  const authorize = definition.authorize ?? bearer;
  const [credential] = authorize('');
  if (definition.apiKey !== undefined && credential in headers)
    throw optionsError(
      `${vendor}: headers has "${credential}", which carries the apiKey; give one of the two`,
    );
  const path = definition.path ?? ((operation: Operation) => openAIPaths[operation]);
  return Object.freeze({
    vendor,
    dialect: definition.dialect ?? 'openai-chat',
    origin: base.origin,
    path: (operation: Operation, model: string) => {
      const below = path(operation, model);
      return below === undefined ? undefined : base.path + below;
    },
    apiKey: 'apiKey' in definition ? checkApiKey(vendor, definition.apiKey) : undefined,
    authorize,
    headers,
    models: definition.models ?? [],
    takesUsageOption: definition.takesUsageOption ?? true,
    timeouts: checkTimeouts(vendor, definition.timeouts ?? {}),
    maxConcurrency: checkPositive(vendor, 'maxConcurrency', definition.maxConcurrency ?? 1000),
    weight: definition.weight === undefined ? undefined : checkPositive(vendor, 'weight', definition.weight),
    connect: definition.connect,
  });
}

/** Every option there is, here and in the vendors' own functions. */
const optionNames = new Set([
  'apiKey',
  'authorize',
  'baseURL',
  'connect',
  'dialect',
  'headers',
  'maxConcurrency',
  'models',
  'path',
  'takesUsageOption',
  'timeouts',
  'vendor',
  'weight',
]);
const timeoutNames = new Set(['connect', 'firstByte', 'idle', 'write']);

function checkNames(vendor: string, options: object, known: ReadonlySet<string> = optionNames): void {
  for (const name of Object.keys(options)) {
    if (known.has(name)) continue;
    throw optionsError(`${vendor}: there is no option "${name}"; options are ${[...known].join(', ')}`);
  }
}

function checkTimeouts(vendor: string, timeouts: Partial<Timeouts>): Partial<Timeouts> {
  checkNames(`${vendor}: timeouts`, timeouts, timeoutNames);
  for (const [name, value] of Object.entries(timeouts)) {
    if (typeof value !== 'number' || !(value > 0))
      throw optionsError(
        `${vendor}: timeouts.${name} is ${JSON.stringify(value)}; it must be a number of milliseconds above 0`,
      );
  }
  return Object.freeze({ ...timeouts });
}

function parseBaseURL(vendor: string, baseURL: string): { origin: string; path: string } {
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

function checkApiKey(vendor: string, apiKey: ApiKey | undefined): ApiKey {
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

function checkHeaders(vendor: string, headers: Readonly<Record<string, string>>): Record<string, string> {
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

function checkPositive(vendor: string, name: string, value: number): number {
  if (!Number.isFinite(value) || value <= 0)
    throw optionsError(`${vendor}: ${name} is ${value}; it must be a number above 0`);
  return value;
}
