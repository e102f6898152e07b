import type { ChatQuirks } from '../dialects/openai-chat/quirks.ts';
import { optionsError } from '../errors.ts';
import type { Dialect, Operation } from '../protocol/call.ts';
import type { MediaOperation } from '../protocol/media.ts';
import type { BalanceOptions } from './balance.ts';
import { checkBalance } from './check-balance.ts';
import {
  checkApiKey,
  checkBoolean,
  checkCount,
  checkDialect,
  checkDialectName,
  checkHeaders,
  checkModels,
  checkNames,
  checkPositive,
  checkTimeouts,
  checkWord,
  checkWords,
  commonNames,
  parseBaseURL,
} from './check-options.ts';
import { checkProbe } from './check-probe.ts';
import {
  type ApiKey,
  type BodyMember,
  dialectOf,
  type JobSpeech,
  type MediaSpeech,
  type Sent,
  type Signer,
  type Upstream,
  type UpstreamOptions,
} from './upstream.ts';

const definitionNames = [
  ...commonNames,
  'alsoSpeaks',
  'apiKey',
  'authorize',
  'balance',
  'baseURL',
  'defaultHeaders',
  'dialect',
  'inPlaceOfModel',
  'jobs',
  'media',
  'models',
  'path',
  'quirks',
  'realtime',
  'signer',
  'takesUsageOption',
  'vendor',
];

/** An upstream that speaks a dialect the gateway knows. */
export interface UpstreamDefinition<Model extends string = string> extends UpstreamOptions {
  /** The vendor's short name, for `owned_by`, logs and error messages. */
  readonly vendor: string;
  /** What it speaks; a function where that depends on the model. Default: OpenAI's Chat Completions. */
  readonly dialect?: Dialect | ((model: string) => Dialect);
  /** What it also speaks: a call in one of these passes as it is. */
  readonly alsoSpeaks?: readonly Dialect[];
  /** Up to and with the version: `https://api.example.com/v1`. */
  readonly baseURL: string;
  /** Left out: the upstream takes requests without a key. Given but undefined: a mistake, and told. */
  readonly apiKey?: ApiKey | undefined;
  /** The header that carries the key. Default: `authorization: Bearer …`. */
  readonly authorize?: (key: string) => readonly [name: string, value: string];
  /** In place of `apiKey`, for an upstream that wants its requests signed; asked before every attempt. */
  readonly signer?: () => Signer | Promise<Signer>;
  /** The address below `baseURL`; undefined for an operation that it does not have. Default: OpenAI's paths. */
  readonly path?: (operation: Operation, model: string, how: Sent) => string | undefined;
  /** By operation: what the body has where `model` would stand, because the address says the model. */
  readonly inPlaceOfModel?: Readonly<Partial<Record<Operation, BodyMember>>>;
  /**
   * In which format media are asked for: the name of one that the gateway knows, or one of your own. Default: OpenAI's.
   */
  readonly media?: (operation: MediaOperation, model: string) => MediaSpeech | undefined;
  /** Likewise for what is made in jobs: videos. Default: OpenAI's Videos API. */
  readonly jobs?: (operation: MediaOperation, model: string) => JobSpeech | undefined;
  /** Names that callers can use where the gateway's `models` does not say otherwise. */
  readonly models?: readonly Model[];
  /** The provider takes `stream_options.include_usage`. Default true. */
  readonly takesUsageOption?: boolean;
  /** What the provider refuses or spells otherwise of OpenAI's format; for calls in other formats. */
  readonly quirks?: ChatQuirks;
  /** Sent where a caller of the same dialect does not say otherwise. */
  readonly defaultHeaders?: Readonly<Record<string, string>>;
  /** Reads from time to time what is left on the account of each key; one with nothing left is passed over. Default: never. */
  readonly balance?: true | BalanceOptions | undefined;
  /** It takes WebSockets at OpenAI's path, `/realtime`. Default false. */
  readonly realtime?: boolean;
}

/**
 * Where OpenAI has each operation, below the version: https://platform.openai.com/docs/api-reference. Undefined for one
 * that it does not have in that dialect.
 */
function openAIPath(
  operation: Operation,
  { model, dialect, realtime }: { model: string; dialect: Dialect; realtime: boolean },
): string | undefined {
  // An upgrade has no body that could say the model.
  if (operation === 'realtime') return realtime ? `/realtime?model=${encodeURIComponent(model)}` : undefined;
  return dialect === 'openai-responses' ? responsesPaths[operation] : chatPaths[operation];
}

type Paths = Readonly<Partial<Record<Operation, string>>>;

const chatPaths: Paths = {
  chat: '/chat/completions',
  completions: '/completions',
  embeddings: '/embeddings',
  rerank: '/rerank',
  moderations: '/moderations',
  images: '/images/generations',
  'image-edits': '/images/edits',
  'image-variations': '/images/variations',
  speech: '/audio/speech',
  transcriptions: '/audio/transcriptions',
  translations: '/audio/translations',
  video: '/videos',
};

const responsesPaths: Paths = {
  chat: '/responses',
  'count-tokens': '/responses/input_tokens',
  'stored-response': '/responses',
};

/**
 * Of those who speak as OpenAI does. What need not be looked at passes as it is; pictures are looked at, since links and bytes are
 * two forms of one, and only OpenAI itself refuses to be told which is wanted.
 */
export function compatibleMedia(operation: MediaOperation): string | undefined {
  if (passed.has(operation)) return undefined;
  return pictures.has(operation) ? 'openai-compatible' : 'openai';
}

/** OpenAI itself. */
export function openAIMedia(operation: MediaOperation): string | undefined {
  return passed.has(operation) ? undefined : 'openai';
}

const passed: ReadonlySet<MediaOperation> = new Set(['embeddings', 'rerank', 'moderations']);
const pictures: ReadonlySet<MediaOperation> = new Set(['images', 'image-edits', 'image-variations']);

const openAIJobs = (operation: MediaOperation): string | undefined =>
  operation === 'video' ? 'openai' : undefined;

const bearer = (key: string): readonly [string, string] => ['authorization', `Bearer ${key}`];

/**
 * Describes any upstream in code; the vendors' own functions are made of it.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that says what is wrong and how to fix it.
 */
export function defineUpstream<const Model extends string = string>(
  definition: UpstreamDefinition<Model>,
): Upstream<Model> {
  const { vendor, signer } = definition;
  checkNames(vendor, definition, definitionNames);
  const base = parseBaseURL(vendor, definition.baseURL);
  const authorize = definition.authorize ?? bearer;
  const dialect = checkDialect(vendor, definition.dialect ?? 'openai-chat');
  const realtime = checkBoolean(vendor, 'realtime', definition.realtime ?? false);
  const path =
    definition.path ??
    ((operation, model, { dialect: spoken }) => openAIPath(operation, { model, dialect: spoken, realtime }));
  return Object.freeze({
    vendor,
    dialect,
    alsoSpeaks: (definition.alsoSpeaks ?? []).map((also) => checkDialectName(vendor, also)),
    origin: base.origin,
    media: definition.media ?? compatibleMedia,
    jobs: definition.jobs ?? openAIJobs,
    path: (operation: Operation, model: string, how: Sent = plainly(dialect, model)) => {
      if (operation === 'native') return base.path;
      const below = path(operation, model, how);
      return below === undefined ? undefined : base.path + below;
    },
    apiKey: 'apiKey' in definition ? checkApiKey(vendor, definition.apiKey) : undefined,
    authorize,
    signer,
    inPlaceOfModel: definition.inPlaceOfModel ?? {},
    headers: checkCredentialHeaders(definition, authorize('')[0]),
    models: checkModels(vendor, definition.models ?? []),
    takesUsageOption: checkBoolean(vendor, 'takesUsageOption', definition.takesUsageOption ?? true),
    quirks: definition.quirks ?? {},
    defaultHeaders: checkHeaders(vendor, definition.defaultHeaders ?? {}),
    timeouts: checkTimeouts(vendor, definition.timeouts ?? {}),
    maxConcurrency: checkCount(vendor, 'maxConcurrency', definition.maxConcurrency ?? 1000),
    weight: definition.weight === undefined ? undefined : checkPositive(vendor, 'weight', definition.weight),
    balance: checkBalance(definition.balance, { vendor, ...base, isSigned: signer !== undefined }),
    probe: checkProbe(definition, base.path),
    connect: definition.connect,
    fileOrigins: (definition.fileOrigins ?? []).map((origin) => parseBaseURL(vendor, origin).origin),
    webhookSecret: definition.webhookSecret,
    region: checkWord(vendor, 'region', definition.region),
    tags: checkWords(vendor, 'tags', definition.tags ?? []),
  });
}

function plainly(dialect: Upstream['dialect'], model: string): Sent {
  return { stream: false, dialect: dialectOf({ dialect }, model) };
}

/** One proof of who asks, and one only: which of two an upstream would take is its secret. */
function checkCredentialHeaders(
  { vendor, apiKey, signer, headers = {} }: UpstreamDefinition,
  credential: string,
): Record<string, string> {
  if (apiKey !== undefined && signer !== undefined)
    throw optionsError(`${vendor}: give apiKey or signer, not both`);
  const checked = checkHeaders(vendor, headers);
  const taken = apiKey === undefined ? 'signature' : 'apiKey';
  if ((apiKey !== undefined || signer !== undefined) && credential in checked)
    throw optionsError(
      `${vendor}: headers has "${credential}", which carries the ${taken}; give one of the two`,
    );
  return checked;
}
