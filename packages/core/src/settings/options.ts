import type { Modality } from '../catalog/modality.ts';
import type { PriceInDollars } from '../catalog/price.ts';
import type { Sunset } from '../catalog/sunsets.ts';
import type { AccountStore } from '../protocol/account.ts';
import type { CacheTier } from '../protocol/cache-tier.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Guard } from '../protocol/guard.ts';
import type { Layer } from '../protocol/layer.ts';
import type { Ledger } from '../protocol/ledger.ts';
import type { Logger } from '../protocol/logger.ts';
import type { SharedState } from '../protocol/shared-state.ts';
import type { Store } from '../protocol/store.ts';
import type { TaskStorage } from '../protocol/task-store.ts';
import type { Affinity } from '../routing/affinity.ts';
import type { Router } from '../routing/router.ts';
import type { Strategy } from '../routing/strategies/named.ts';
import type { Upstream } from '../upstreams/upstream.ts';
import type { AccessOptions } from './access-options.ts';
import type { AuditOptions, TaskOptions, UploadOptions } from './keeping-options.ts';
import type { LimitOptions } from './limit-options.ts';
import type { WatchOptions } from './metrics-options.ts';
import type { RedactionOptions } from './redaction-options.ts';
import type { BudgetTree } from './resolve-budgets.ts';

export type Upstreams = Readonly<Record<string, Upstream>>;

/** `'openai'`: the model under its own name there; `'openai/gpt-5.2'`: under another. */
export type TargetReference<U extends Upstreams> = (keyof U & string) | `${keyof U & string}/${string}`;

/** A target written out. */
export interface TargetOptions<U extends Upstreams> {
  readonly upstream: keyof U & string;
  /** The model's name there. Default: the name that callers use. */
  readonly model?: string;
  /** Share of the traffic; a model whose targets have weights is spread by them, otherwise tried in order. */
  readonly weight?: number;
}

export type RouteTarget<U extends Upstreams> = TargetReference<U> | TargetOptions<U>;

/** Several targets, and how one of them is chosen; a group may stand in a group. */
export interface TargetGroup<U extends Upstreams> {
  readonly targets: readonly (RouteTarget<U> | TargetGroup<U>)[];
  /** Default: `weighted` where one of them has a weight, else `priority`, the order written. */
  readonly strategy?: Strategy;
  /** What requests must share to go to the same target and key, for the sake of the vendor's prompt cache. */
  readonly affinity?: Affinity;
  /** Its share where the group around it is spread by weight. */
  readonly weight?: number;
}

/** Models to go on to, by what went wrong; names of `models`, or `upstream/model`. */
export interface FallbackOptions {
  /** The question is too long for the model. */
  readonly contextLength?: string | readonly string[];
  /** The vendor refuses to answer what is said. */
  readonly contentFilter?: string | readonly string[];
  /** No target of the model answers. */
  readonly outage?: string | readonly string[];
}

/** The targets of a model, with what holds for the model as a whole. */
export interface ModelOptions<U extends Upstreams> extends Omit<TargetGroup<U>, 'weight'> {
  /** Models that a call goes on to when no target of this one can do it: for any reason, or by what went wrong. */
  readonly fallback?: string | readonly string[] | FallbackOptions;
  /** In place of those of the gateway and of the upstreams, for calls to this model. */
  readonly timeouts?: ModelTimeoutOptions;
  /** In place of what the gateway says of slow targets. */
  readonly hedge?: boolean | HedgeOptions;
  /** In place of what the gateway says of streams that break off. */
  readonly continuation?: boolean;
  /** In place of what the gateway says of its cache; `false`: nothing of this model is cached. */
  readonly cache?: false | ModelCacheOptions;
  /**
   * A chat model that rewrites short wishes for pictures and videos as descriptions before they go to this model, or how it
   * does that. Default: they go as they are.
   */
  readonly expand?: string | ExpandOptions;
}

/** Where a model is served: one target, several in order, several with options, or a function that says which model serves. */
export type Route<U extends Upstreams> =
  | TargetReference<U>
  | readonly (RouteTarget<U> | TargetGroup<U>)[]
  | ModelOptions<U>
  | Router;

/** The routes by the names that callers use. */
export type Routes<U extends Upstreams, Name extends string = string> = Readonly<Record<Name, Route<U>>>;

/** All in milliseconds. */
export interface TimeoutOptions {
  /** How long a call may wait for a slot of one target; then the next is tried. Default: as long as `total` allows. */
  readonly queue?: number;
  /** Until an upstream has accepted the connection. Default 10,000. */
  readonly connect?: number;
  /** From then until the first content. Default 300,000. */
  readonly firstByte?: number;
  /** Between two pieces of an answer. Default 120,000. */
  readonly idle?: number;
  /** The whole request, waiting and retries included. Default 900,000. */
  readonly total?: number;
  /** Until the caller's body is here. Default 30,000. */
  readonly body?: number;
  /** How long a caller may leave written bytes unread. Default 60,000. */
  readonly write?: number;
}

/** Deadlines of one model, in milliseconds; what is left out is its upstreams', or the gateway's. */
export type ModelTimeoutOptions = Pick<TimeoutOptions, 'queue' | 'firstByte' | 'idle' | 'write' | 'total'>;

export interface RetryOptions {
  /** Further rounds through the targets when all of them failed in passing. Default 2. */
  readonly rounds?: number;
  /** Extra attempts that each request earns for all of them together. Default 0.2. */
  readonly ratio?: number;
  /** Extra attempts that can be saved up. Default 100. */
  readonly savings?: number;
  /**
   * Milliseconds: the longest pause before another round, and for which a call waits where every key of every target is over
   * its limit; an upstream that asks for more is not waited for. Default 30,000.
   */
  readonly longestPause?: number;
}

export interface BreakerSettings {
  /** Share of failed attempts above which a target is left alone. Default 0.5. */
  readonly failureRate?: number;
  /** Attempts in the window before the rate counts. Default 10. */
  readonly minimumAttempts?: number;
  /** Failures in a row that are enough whatever the rate. Default 5. */
  readonly consecutiveFailures?: number;
  /** Milliseconds until one probe is let through. Default 10,000. */
  readonly resetAfter?: number;
}

/** When a second target is asked because the first shows nothing. */
export interface HedgeOptions {
  /** The most extra attempts, as a share of the calls. Default 0.05: one call in twenty. */
  readonly share?: number;
  /**
   * Milliseconds after which a target is slow. Default: the time in which nineteen of its last twenty attempts showed
   * something, which is measured; no second target is asked before 40 of its attempts have been.
   */
  readonly after?: number;
  /** Milliseconds: no second target is asked sooner, whatever was measured. Default 50. */
  readonly minimum?: number;
}

/** What is answered again without asking an upstream. */
export interface CacheOptions {
  /** Bytes of answers in this process's memory. Default 67,108,864 (64 MiB). */
  readonly bytes?: number;
  /** Bytes that one answer may have. Default 1,048,576 (1 MiB). */
  readonly entryBytes?: number;
  /** Milliseconds that an answer is kept. Default 3,600,000: an hour. */
  readonly ttl?: number;
  /** Whether tenants share. Default `'tenant'`: each has its own answers only (or, without a tenant, each person). */
  readonly scope?: 'tenant' | 'shared';
  /** How a stream is given again. Default `'at once'`: as fast as the caller takes it; `'recorded'`: with the pauses it had. */
  readonly pace?: 'at once' | 'recorded';
  /** Where processes share what is cached, beside what each has in memory. */
  readonly tier?: CacheTier;
}

/** What is done about the days on which vendors end models. */
export interface SunsetOptions {
  /** Calls to a model that its vendor has ended go to the successor that the vendor names. Default false: it is only told. */
  readonly remap?: boolean;
  /** When models end, and what takes their place, named as in `prices`; `false`: this one does not. */
  readonly models?: Readonly<Record<string, Sunset | false>>;
}

/** Where a model differs. */
export interface ModelCacheOptions extends Pick<CacheOptions, 'ttl' | 'pace'> {
  /**
   * Also calls with a temperature above 0, or with none said, which is above 0 as well: those who ask the same then hear
   * the same. Default false.
   */
  readonly anyTemperature?: boolean;
}

export interface ExpandOptions {
  /** The chat model: a name of `models`, or `upstream/model`. */
  readonly model: string;
  /** What it is told to do, in place of our own words. */
  readonly instructions?: string;
  /** Milliseconds that it may take; then the caller's own words go on. Default 20,000. */
  readonly timeout?: number;
}

/** OpenAI's paths below `/v1` that the gateway does not read, each with the upstream that has it. */
export interface PassthroughOptions<U extends Upstreams> {
  readonly files?: keyof U & string;
  readonly uploads?: keyof U & string;
  readonly batches?: keyof U & string;
  readonly fine_tuning?: keyof U & string;
  readonly vector_stores?: keyof U & string;
}

export interface CommonOptions<U extends Upstreams, Name extends string> {
  /** The places models are had from, by names of your own. */
  readonly upstreams: U;
  /**
   * The models that callers can name. Left out: every catalogued model of the upstreams under its own name, and
   * `upstream/model` for any other.
   */
  readonly models?: Routes<U, Name>;
  /** Whether callers can name `upstream/model`. Default: only where `models` is left out. */
  readonly addressable?: boolean;
  /** Around every attempt, the first outermost; inside them are the limits and the breaker. */
  readonly layers?: readonly Layer[];
  readonly timeouts?: TimeoutOptions;
  readonly retry?: RetryOptions;
  readonly breaker?: BreakerSettings;
  /**
   * Ask a second target when the first shows nothing for longer than is usual there; who answers first is the answer,
   * the other is given up. Default false.
   */
  readonly hedge?: boolean | HedgeOptions;
  /**
   * Ask another target to go on with a streamed answer that breaks off, where it is plain text. Default false: the
   * caller is told of the end.
   */
  readonly continuation?: boolean;
  /**
   * The share of a target's slots (`maxConcurrency`), and of the places in its line, that one tenant may have at once: above
   * 0, at most 1. Default 0.8; 1 where the gateway is open, and nobody is told apart.
   */
  readonly tenantShare?: number;
  /**
   * What models cost, by `upstream/model`, or by the model's name for every upstream; in dollars, tokens by the million. In
   * place of the prices that the gateway knows, or where it knows none.
   */
  readonly prices?: Readonly<Record<string, PriceInDollars>>;
  /** How many tokens models can read at once, named as in `prices`: of a server of your own, say. */
  readonly windows?: Readonly<Record<string, number>>;
  /** What models are for, named as in `prices`, where their names do not say it. */
  readonly modalities?: Readonly<Record<string, Modality>>;
  /** Models that vendors end are told at start; calls to them can go to their successors. */
  readonly sunsets?: SunsetOptions;
  /**
   * Where every call is written down, and budgets and keys are kept. Default: in this process's memory, the newest 10,000;
   * `sqlite('gateway.db')` loses nothing when it ends, `postgres()` of `@vector-engine/postgres` is for many processes. `false`:
   * nothing is written down.
   */
  readonly ledger?: Ledger | false;
  /** Where budgets are counted: `redisAccounts()` of `@vector-engine/redis`, say. Default: in the ledger. */
  readonly accounts?: AccountStore;
  /** How calls are written down, and for how long. */
  readonly audit?: AuditOptions;
  /**
   * Nothing of what is asked and answered is kept or told anywhere, of everybody or of some tenants. A request can ask for it
   * by itself: `x-vector-traceless: 1`. Default false.
   */
  readonly traceless?: boolean | { readonly tenants: readonly string[] };
  /** How much may be asked for at once, and over time. Default: what is said of a caller, and no more. */
  readonly limits?: LimitOptions;
  /**
   * Your own functions before calls and after answers: they may change, refuse or annotate. Each sees what the one before it
   * has left. Default: none.
   */
  readonly guards?: readonly Guard[];
  /** What is hidden from upstreams. Default: nothing. */
  readonly redaction?: RedactionOptions;
  /**
   * What may be spent, by places in the tree of who pays: `acme`, `acme/research`. `acme/*`: each place below `acme` may spend as
   * much, unless it is named itself. All that are on a caller's way to the root hold, beside its own. Or a function from a place
   * to its budgets, which is asked with every call. Default: any amount.
   */
  readonly budgets?: BudgetTree;
  /** Bytes that a request's body may have. Default 33,554,432 (32 MiB). */
  readonly bodyLimit?: number;
  /** Files that callers send in forms. */
  readonly uploads?: UploadOptions;
  /**
   * The upstream that serves `/v1/files`, `/v1/uploads`, `/v1/batches`, `/v1/fine_tuning` and `/v1/vector_stores`, or one for
   * each of those that are served: what is asked there goes to it as it is. Default: they are not served.
   */
  readonly passthrough?: (keyof U & string) | PassthroughOptions<U>;
  /** Upstreams that callers may ask in the vendor's own API, below their names: `/claude/v1/messages/batches`. Default: none. */
  readonly native?: readonly (keyof U & string)[];
  /**
   * Where what outlives a request is kept: video jobs, and the bytes behind addresses that are handed out. Default: in this
   * process's memory; `sqliteStorage({ path })` loses nothing when it ends.
   */
  readonly storage?: TaskStorage;
  /** Jobs: videos, and pictures that take their time. */
  readonly tasks?: TaskOptions;
  /**
   * Where callers reach the gateway, up to its mount, for the addresses that it hands out. Default: the address that the
   * request itself came to.
   */
  readonly publicUrl?: string;
  /**
   * Signs the addresses that are handed out, and digests virtual keys: 32 characters or more, the same in every process.
   * Default: made up by each process, so that its addresses are good until it ends; with `keys` it must be said.
   */
  readonly secret?: string;
  /**
   * Refuse a call, by the name of the parameter, where its upstream's format has no words for something in it. Default
   * false: it is left out, and named in `x-vector-dropped`.
   */
  readonly strict?: boolean;
  /**
   * Where stored responses, the signatures of earlier turns and the owners of passed objects are kept, each its tenant's
   * only. Default: in `storage`, where that keeps such things, as `sqliteStorage()` does; else in this process's memory
   * (`memoryStore()`). `false`: nothing is kept.
   */
  readonly memory?: Store | false;
  /**
   * Where processes tell each other of breakers that opened and keys at rest: `redisState()` of `@vector-engine/redis`,
   * say. Default: each process finds out for itself.
   */
  readonly shared?: SharedState;
  /** Answers are kept, and given to who asks the same again. Default: nothing is cached. */
  readonly cache?: CacheOptions;
  /**
   * Traces of calls, by `@opentelemetry/api`. Default: where the host has an SDK of OpenTelemetry registered, now or later.
   * `true`: without the package there is to be no gateway; `false`: never.
   */
  readonly tracing?: boolean;
  /** A pino logger fits. Default: silent. */
  readonly logger?: Logger;
  /** Time and chance, for tests. */
  readonly clock?: Clock;
  readonly random?: () => number;
}

export type GatewayOptions<
  HostRequest = unknown,
  U extends Upstreams = Upstreams,
  Name extends string = string,
> = CommonOptions<U, Name> & AccessOptions<HostRequest> & WatchOptions<HostRequest>;

/** What callers can put into `model`. */
export type ModelName<U extends Upstreams, Name extends string> = [Name] extends [never]
  ? CataloguedModel<U> | `${keyof U & string}/${string}`
  : Name;

type CataloguedModel<U extends Upstreams> = U[keyof U] extends Upstream<infer Model> ? Model : string;
