import type { ChatQuirks } from '../dialects/openai-chat/quirks.ts';
import { optionsError } from '../errors.ts';
import type { Dialect, Operation } from '../protocol/call.ts';
import {
  checkApiKey,
  checkBoolean,
  checkCount,
  checkDialect,
  checkHeaders,
  checkModels,
  checkNames,
  checkPositive,
  checkTimeouts,
  commonNames,
  parseBaseURL,
} from './check-options.ts';
import type { ApiKey, Sent, Upstream, UpstreamOptions } from './upstream.ts';

const definitionNames = [
  ...commonNames,
  'alsoSpeaks',
  'apiKey',
  'authorize',
  'baseURL',
  'defaultHeaders',
  'dialect',
  'models',
  'path',
  'quirks',
  'takesUsageOption',
  'vendor',
];

/** An upstream that speaks a dialect the gateway knows. */
export interface UpstreamDefinition<Model extends string = string> extends UpstreamOptions {
  /** The vendor's short name, for `owned_by`, logs and error messages. */
  readonly vendor: string;
  /** What it speaks. Default: OpenAI's Chat Completions. */
  readonly dialect?: Dialect;
  /** What it also speaks: a call in one of these passes as it is. */
  readonly alsoSpeaks?: readonly Dialect[];
  /** Up to and with the version: `https://api.example.com/v1`. */
  readonly baseURL: string;
  /** Left out: the upstream takes requests without a key. Given but undefined: a mistake, and told. */
  readonly apiKey?: ApiKey | undefined;
  /** The header that carries the key. Default: `authorization: Bearer …`. */
  readonly authorize?: (key: string) => readonly [name: string, value: string];
  /** The address below `baseURL`; undefined for an operation that it does not have. Default: OpenAI's paths. */
  readonly path?: (operation: Operation, model: string, how: Sent) => string | undefined;
  readonly models?: readonly Model[];
  /** The provider takes `stream_options.include_usage`. Default true. */
  readonly takesUsageOption?: boolean;
  /** What the provider refuses or spells otherwise of OpenAI's format; for calls in other formats. */
  readonly quirks?: ChatQuirks;
  /** Sent where a caller of the same dialect does not say otherwise. */
  readonly defaultHeaders?: Readonly<Record<string, string>>;
}

export const openAIPaths: Record<Operation, string> = {
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
  checkNames(vendor, definition, definitionNames);
  const base = parseBaseURL(vendor, definition.baseURL);
  const headers = checkHeaders(vendor, definition.headers ?? {});
  const authorize = definition.authorize ?? bearer;
  const [credential] = authorize('');
  if (definition.apiKey !== undefined && credential in headers)
    throw optionsError(
      `${vendor}: headers has "${credential}", which carries the apiKey; give one of the two`,
    );
  const dialect = checkDialect(vendor, definition.dialect ?? 'openai-chat');
  const path = definition.path ?? ((operation: Operation) => openAIPaths[operation]);
  return Object.freeze({
    vendor,
    dialect,
    alsoSpeaks: (definition.alsoSpeaks ?? []).map((also) => checkDialect(vendor, also)),
    origin: base.origin,
    path: (operation: Operation, model: string, how: Sent = { stream: false, dialect }) => {
      const below = path(operation, model, how);
      return below === undefined ? undefined : base.path + below;
    },
    apiKey: 'apiKey' in definition ? checkApiKey(vendor, definition.apiKey) : undefined,
    authorize,
    headers,
    models: checkModels(vendor, definition.models ?? []),
    takesUsageOption: checkBoolean(vendor, 'takesUsageOption', definition.takesUsageOption ?? true),
    quirks: definition.quirks ?? {},
    defaultHeaders: checkHeaders(vendor, definition.defaultHeaders ?? {}),
    timeouts: checkTimeouts(vendor, definition.timeouts ?? {}),
    maxConcurrency: checkCount(vendor, 'maxConcurrency', definition.maxConcurrency ?? 1000),
    weight: definition.weight === undefined ? undefined : checkPositive(vendor, 'weight', definition.weight),
    connect: definition.connect,
  });
}
