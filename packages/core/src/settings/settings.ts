import type { Identify } from '../access/identify-caller.ts';
import type { TracelessRule } from '../access/is-traceless.ts';
import type { LimitSettings } from '../access/limit-settings.ts';
import type { CacheSettings } from '../cache/cache-settings.ts';
import type { CatalogOptions } from '../catalog/said-facts.ts';
import type { AccountStore } from '../protocol/account.ts';
import type { BudgetRules } from '../protocol/budget.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Guard } from '../protocol/guard.ts';
import type { HedgeSettings } from '../protocol/hedge-settings.ts';
import type { Layer } from '../protocol/layer.ts';
import type { Ledger } from '../protocol/ledger.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Principal } from '../protocol/principal.ts';
import type { RedactionSettings } from '../protocol/redaction.ts';
import type { SharedState } from '../protocol/shared-state.ts';
import type { Store } from '../protocol/store.ts';
import type { TaskStorage } from '../protocol/task-store.ts';
import type { KeyStore } from '../protocol/virtual-key.ts';
import type { BreakerOptions } from '../resilience/breaker.ts';
import type { RoutingTable } from '../routing/resolve-model.ts';
import type { Upstreams } from './options.ts';
import type { MetricsSettings } from './resolve-metrics.ts';
import type { NativeDoor } from './resolve-passthrough.ts';
import type { SunsetNotice } from './resolve-sunsets.ts';

/** How calls are written down. Times are in milliseconds. */
export interface AuditSettings {
  /** What is kept of what was asked and answered. */
  readonly content: 'none' | 'redacted' | 'full';
  readonly contentRetention: number;
  /** Undefined: for ever. */
  readonly retention?: number | undefined;
  /** Undefined: any number. */
  readonly entries?: number | undefined;
  /** Entries that may wait to be written. */
  readonly queue: number;
  readonly whenFull: 'block' | 'drop';
}

/** The options with every default in place; never changed afterwards. */
export interface Settings {
  readonly upstreams: Upstreams;
  readonly routing: RoutingTable;
  /** Models in it that their vendors have ended, or soon will. */
  readonly sunsets: readonly SunsetNotice[];
  /** Everybody may call, and nobody is told apart. */
  readonly isOpen: boolean;
  readonly identify: Identify<unknown> | undefined;
  /** Undefined where there are no virtual keys. Without a store, they are where everything else of the ledger is. */
  readonly keys: { readonly store: KeyStore | undefined } | undefined;
  /** Undefined where nobody may look. */
  readonly admin: ((principal: Principal, request: unknown) => boolean | Promise<boolean>) | undefined;
  readonly layers: readonly Layer[];
  readonly timeouts: {
    readonly queue: number;
    readonly connect: number;
    readonly firstByte: number;
    readonly idle: number;
    readonly total: number;
    readonly body: number;
    readonly write: number;
  };
  readonly retry: {
    readonly rounds: number;
    readonly ratio: number;
    readonly savings: number;
    readonly longestPause: number;
  };
  readonly breaker: BreakerOptions;
  /** Undefined where a slow target is waited for, unless its model says otherwise. */
  readonly hedge: HedgeSettings | undefined;
  /** A stream that breaks off is gone on with, unless its model says otherwise. */
  readonly continuation: boolean;
  /** Milliseconds: the longest that any call may take, of any model. */
  readonly longestTotal: number;
  /** Of a target's slots, what one tenant may have; 1 where that is all of them. */
  readonly tenantShare: number;
  /** What the operator says of models. */
  readonly catalog: CatalogOptions;
  /** How much may be asked for at once, and over time, beside what is said of callers. */
  readonly limits: LimitSettings;
  readonly guards: readonly Guard[];
  /** Undefined: nothing is hidden from upstreams. */
  readonly redaction: RedactionSettings | undefined;
  /** Undefined where the options say nothing of what may be spent. */
  readonly budgets: BudgetRules | undefined;
  readonly bodyLimit: number;
  /** Bytes that a form may have; whether files may be written to the disk for as long as the request takes. */
  readonly uploads: { readonly limit: number; readonly spool: boolean };
  /** What goes to an upstream without being read. */
  readonly doors: readonly NativeDoor[];
  /** Undefined: the gateway's own, in memory. */
  readonly storage: TaskStorage | undefined;
  /** Times are in milliseconds. */
  readonly tasks: {
    readonly wait: number;
    readonly deadline: number;
    readonly retention: number;
    readonly webhook?: { readonly url: string; readonly secret: string } | undefined;
  };
  /** Without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly secret: string | undefined;
  /** What an upstream's format has no words for is refused. */
  readonly strict: boolean;
  /** Undefined: the gateway's own, in memory. */
  readonly memory: Store | false | undefined;
  /** Undefined: what this process finds out about targets stays in it. */
  readonly shared: SharedState | undefined;
  /** Undefined: nothing is cached. */
  readonly cache: CacheSettings | undefined;
  /** Where calls are written down; `false`: nowhere; undefined: the gateway's own, in memory. */
  readonly ledger: Ledger | false | undefined;
  /** Undefined: budgets are counted in the ledger. */
  readonly accounts: AccountStore | undefined;
  readonly audit: AuditSettings;
  /** Whose requests leave no trace. */
  readonly traceless: TracelessRule;
  /** `auto`: where the host has OpenTelemetry. */
  readonly tracing: boolean | 'auto';
  /** Undefined where nothing is measured. */
  readonly metrics: MetricsSettings | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}
