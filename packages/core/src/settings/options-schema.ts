import { type Modality, modalities } from '../catalog/modality.ts';
import type { PriceInDollars } from '../catalog/price.ts';
import type { CacheTier } from '../protocol/cache-tier.ts';
import { price } from './price-schema.ts';
import { families } from './resolve-passthrough.ts';
import type { Settings } from './settings.ts';
import { z } from './zod-without-globals.ts';

const milliseconds = z
  .number('must be a number of milliseconds')
  .positive('must be a number of milliseconds above 0');
const count = z.number('must be a number').nonnegative('must not be negative');
const callable = <T extends (...parameters: never[]) => unknown>(what: string): z.ZodType<T> =>
  z.custom<T>((value) => typeof value === 'function', `must be ${what}`);

const sunset = z.strictObject({
  date: z.iso.date('must be a day: "2026-10-23"'),
  successor: z.string().min(1).optional(),
});

const wholeBytes = z
  .number('must be a number of bytes')
  .int('must be a whole number of bytes')
  .positive('must be above 0');

/** Every option by name; a name that is not here is a mistake. The shapes of routes are checked where they are resolved. */
const optionsSchema = z.strictObject(
  {
    upstreams: z
      .record(
        z.string(),
        z.custom(
          (value) => isUpstream(value),
          'must be an upstream: the result of openai({…}), openaiCompatible({…}), defineUpstream({…}) or the like',
        ),
        'must be an object of upstreams by name',
      )
      .refine((upstreams) => Object.keys(upstreams).length > 0, 'is empty; name at least one upstream'),
    models: z.record(z.string(), z.unknown(), 'must be an object of targets by model name').optional(),
    addressable: z.boolean('must be true or false').optional(),
    identify: callable('a function from the request to { tenant, id }').optional(),
    keys: z
      .union(
        [
          z.literal(true),
          z.strictObject({
            store: z
              .custom(
                (value) => hasMethods(value, ['findDigest', 'insert', 'replace']),
                'must be a store of keys',
              )
              .optional(),
          }),
        ],
        'must be true, or { store } with a store of keys',
      )
      .optional(),
    admin: callable('a function from a principal to true or false').optional(),
    open: z.literal(true, 'can only be true; leave it out otherwise').optional(),
    layers: z
      .array(callable('a function that takes a send and returns one'), 'must be an array of layers')
      .optional(),
    timeouts: z
      .strictObject({
        queue: milliseconds.optional(),
        connect: milliseconds.default(10_000),
        firstByte: milliseconds.default(300_000),
        idle: milliseconds.default(120_000),
        total: milliseconds.default(900_000),
        body: milliseconds.default(30_000),
        write: milliseconds.default(60_000),
      })
      .prefault({}),
    retry: z
      .strictObject({
        rounds: count.int('must be a whole number').default(2),
        ratio: count.default(0.2),
        savings: count.default(100),
        longestPause: count.default(30_000),
      })
      .prefault({}),
    breaker: z
      .strictObject({
        failureRate: z
          .number('must be a number')
          .gt(0, 'must be above 0')
          .lte(1, 'must be at most 1')
          .default(0.5),
        minimumAttempts: count.int('must be a whole number').default(10),
        consecutiveFailures: z
          .number('must be a number')
          .int('must be a whole number')
          .positive('must be above 0')
          .default(5),
        resetAfter: milliseconds.default(10_000),
      })
      .prefault({}),
    tenantShare: z
      .number('must be a number')
      .gt(0, 'must be above 0')
      .lte(1, 'must be at most 1, which is all of them')
      .optional(),
    /** Checked where it is resolved: a model may have the same. */
    hedge: z.unknown().optional(),
    continuation: z.boolean('must be true or false').optional(),
    prices: z.record(z.string(), price, 'must be an object of prices by model').optional(),
    windows: z
      .record(
        z.string(),
        z
          .number('must be a number of tokens')
          .int('must be a whole number of tokens')
          .positive('must be above 0'),
        'must be an object of numbers of tokens by model',
      )
      .optional(),
    modalities: z
      .record(
        z.string(),
        z.enum(modalities, `must be one of ${modalities.join(', ')}`),
        'must be an object of modalities by model',
      )
      .optional(),
    sunsets: z
      .strictObject({
        remap: z.boolean('must be true or false').default(false),
        models: z
          .record(
            z.string(),
            z.union(
              [z.literal(false), sunset],
              'must be { date: "2026-10-23", successor: "gpt-6-sol" }, or false',
            ),
            'must be an object of sunsets by model',
          )
          .default({}),
      })
      .prefault({}),
    ledger: z
      .custom(
        (value) => value === false || hasMethods(value, ['append', 'query', 'totals', 'prune', 'close']),
        "must be a ledger, the result of sqlite('gateway.db') say, or false",
      )
      .optional(),
    accounts: z
      .custom(
        (value) => hasMethods(value, ['hold', 'settle', 'sweep', 'read', 'topUp']),
        'must be a store of accounts: the result of redisAccounts(client), say',
      )
      .optional(),
    audit: z
      .strictObject({
        content: z.enum(['none', 'redacted', 'full'], 'must be "none", "redacted" or "full"').default('none'),
        contentRetention: milliseconds.default(604_800_000),
        retention: milliseconds.optional(),
        entries: count.int('must be a whole number').optional(),
        queue: count.int('must be a whole number').default(10_000),
        whenFull: z.enum(['block', 'drop'], 'must be "block" or "drop"').default('block'),
      })
      .prefault({}),
    traceless: z
      .union([z.boolean(), z.strictObject({ tenants: z.array(z.string().min(1)) })], {
        error: 'must be true, false or { tenants: ["acme"] }',
      })
      .default(false),
    /** Checked where it is resolved. */
    limits: z.unknown().optional(),
    /** Checked where it is resolved. */
    guards: z.unknown().optional(),
    /** Checked where it is resolved. */
    redaction: z.unknown().optional(),
    metrics: z.unknown().optional(),
    budgets: z.unknown().optional(),
    bodyLimit: z
      .number('must be a number of bytes')
      .int('must be a whole number of bytes')
      .positive('must be above 0')
      .default(33_554_432),
    uploads: z
      .strictObject({
        limit: wholeBytes.default(536_870_912),
        spool: z.boolean('must be true or false').default(true),
      })
      .prefault({}),
    passthrough: z
      .union(
        [
          z.string(),
          z.strictObject(Object.fromEntries(families.map((name) => [name, z.string().optional()]))),
        ],
        `must be the name of an upstream, or an object of them by ${families.join(', ')}`,
      )
      .optional(),
    native: z.array(z.string(), 'must be an array of names of upstreams').optional(),
    storage: z
      .custom(
        (value) => hasMethods(value, ['close']),
        'must be a storage: the result of sqliteStorage({ path }), say',
      )
      .optional(),
    tasks: z
      .strictObject({
        wait: milliseconds.default(240_000),
        deadline: milliseconds.default(3_600_000),
        retention: milliseconds.default(604_800_000),
        webhook: z
          .strictObject(
            {
              url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
              secret: z.string('must be a text').min(16, 'must have at least 16 characters'),
            },
            'must be { url, secret }',
          )
          .optional(),
      })
      .prefault({}),
    publicUrl: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address: "https://api.example.com/ai"' })
      .optional(),
    secret: z
      .string('must be a text')
      .min(32, 'must have at least 32 characters; openssl rand -hex 32 makes one')
      .optional(),
    strict: z.boolean('must be true or false').default(false),
    tracing: z.boolean('must be true or false').optional(),
    memory: z
      .custom(
        (value) => value === false || isStore(value),
        'must be a store, the result of memoryStore() say, or false',
      )
      .optional(),
    shared: z
      .custom(
        (value) => hasMethods(value, ['tell', 'listen']),
        'must have the methods tell and listen: the result of redisState(client), say',
      )
      .optional(),
    cache: z
      .strictObject({
        bytes: wholeBytes.default(67_108_864),
        entryBytes: wholeBytes.default(1_048_576),
        ttl: milliseconds.default(3_600_000),
        scope: z.enum(['tenant', 'shared'], 'must be "tenant" or "shared"').default('tenant'),
        pace: z.enum(['at once', 'recorded'], 'must be "at once" or "recorded"').default('at once'),
        tier: z
          .custom<CacheTier>(
            (value) => isTier(value),
            'must be a cache tier, with the methods get, set, delete and invalidate',
          )
          .optional(),
      })
      .optional(),
    logger: z
      .custom(
        (value) => isLogger(value),
        'must have the methods debug, info, warn and error; a pino logger fits',
      )
      .optional(),
    clock: z
      .custom((value) => typeof value === 'object' && value !== null && 'now' in value, 'must be a Clock')
      .optional(),
    random: callable('a function that returns a number from 0 to 1').optional(),
  },
  'must be an object',
);

function isUpstream(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'origin' in value &&
    'path' in value &&
    'authorize' in value
  );
}

function isStore(value: unknown): boolean {
  return hasMethods(value, ['get', 'set', 'delete']);
}

function isTier(value: unknown): boolean {
  return hasMethods(value, ['get', 'set', 'delete', 'invalidate']);
}

function isLogger(value: unknown): boolean {
  return hasMethods(value, ['debug', 'info', 'warn', 'error']);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === 'function');
}

type ParsedCache = Omit<NonNullable<Settings['cache']>, 'models' | 'tier'> & {
  readonly tier?: CacheTier | undefined;
};

/** Of the option `sunsets`. */
export interface ParsedSunsets {
  readonly remap: boolean;
  readonly models: Readonly<
    Record<string, false | { readonly date: string; readonly successor?: string | undefined }>
  >;
}

/** The part of the options that has defaults. */
export interface ParsedOptions
  extends Pick<Settings, 'audit' | 'retry' | 'bodyLimit' | 'strict' | 'tasks' | 'uploads'> {
  readonly timeouts: Omit<Settings['timeouts'], 'queue'> & { readonly queue?: number | undefined };
  readonly cache?: ParsedCache | undefined;
  readonly traceless: boolean | { readonly tenants: readonly string[] };
  readonly tenantShare?: number | undefined;
  readonly tracing?: boolean | undefined;
  readonly breaker: Omit<Settings['breaker'], 'window'>;
  readonly passthrough?: string | Readonly<Record<string, string | undefined>> | undefined;
  readonly native?: readonly string[] | undefined;
  readonly prices?: Readonly<Record<string, PriceInDollars>> | undefined;
  readonly windows?: Readonly<Record<string, number>> | undefined;
  readonly modalities?: Readonly<Record<string, Modality>> | undefined;
  readonly sunsets: ParsedSunsets;
}

/** The options with defaults, or the first thing that is wrong with them. */
export function parseOptions(options: unknown): ParsedOptions | z.core.$ZodIssue | undefined {
  const parsed = optionsSchema.safeParse(options);
  return parsed.success ? parsed.data : parsed.error.issues[0];
}

/** The options that exist at a place: `''` for the top, `'timeouts'`. */
export function knownKeys(path: string): string[] {
  let schema: unknown = optionsSchema;
  for (const key of path === '' ? [] : path.split('.')) schema = shapeOf(schema)[key];
  return Object.keys(shapeOf(schema));
}

function shapeOf(schema: unknown): Record<string, unknown> {
  if (typeof schema !== 'object' || schema === null) return {};
  if ('shape' in schema && typeof schema.shape === 'object' && schema.shape !== null)
    return { ...schema.shape };
  return 'unwrap' in schema && typeof schema.unwrap === 'function' ? shapeOf(schema.unwrap()) : {};
}
