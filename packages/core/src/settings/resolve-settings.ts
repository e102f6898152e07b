import type { z } from 'zod';
import { optionsError } from '../errors.ts';
import { systemClock, wallTime } from '../protocol/clock.ts';
import { guardLogger, silentLogger } from '../protocol/logger.ts';
import { findNearNames } from '../routing/find-near-names.ts';
import type { GatewayOptions } from './options.ts';
import { knownKeys, parseOptions } from './options-schema.ts';
import { resolveAccess } from './resolve-access.ts';
import { resolveBudgets } from './resolve-budgets.ts';
import { resolveCache } from './resolve-cache.ts';
import { resolveCatalog } from './resolve-catalog.ts';
import { resolveGuards } from './resolve-guards.ts';
import { resolveHedge } from './resolve-hedge.ts';
import { resolveLimits } from './resolve-limits.ts';
import { resolveMetrics } from './resolve-metrics.ts';
import { resolvePassthrough } from './resolve-passthrough.ts';
import { resolveRedaction } from './resolve-redaction.ts';
import { resolveRoutes } from './resolve-routes.ts';
import { resolveSunsets } from './resolve-sunsets.ts';
import type { Settings } from './settings.ts';

/**
 * Checks the options and fills in what was left out.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that names the option and says the cure.
 */
export function resolveSettings(options: GatewayOptions): Settings {
  const parsed = parseOptions(options);
  if (parsed === undefined || 'path' in parsed) throw optionsError(describeIssue(parsed, options));
  const access = resolveAccess(options);
  const { audit, timeouts, retry, breaker, bodyLimit, uploads, tasks, strict, tenantShare } = parsed;
  if (tenantShare !== undefined && options.open === true)
    throw optionsError(
      'tenantShare: nobody is told apart where the gateway is open; leave it out, or give identify',
    );
  const { upstreams, clock = systemClock } = options;
  const routes = resolveRoutes(options);
  const catalog = resolveCatalog(parsed, routes);
  const { remap } = parsed.sunsets;
  const { routing, notices } = resolveSunsets(routes, { upstreams, catalog, remap, now: wallTime(clock) });
  const totals = [...routing.models.values()].map((model) => model.timeouts?.total ?? 0);
  const longestTotal = Math.max(timeouts.total, ...totals);
  return {
    upstreams,
    routing,
    sunsets: notices,
    ...access,
    layers: options.layers ?? [],
    guards: resolveGuards(options.guards),
    // Where it is not said, it is no shorter than any other.
    timeouts: { ...timeouts, queue: timeouts.queue ?? longestTotal },
    longestTotal,
    retry,
    // No shorter than the longest deadline: a failure that takes that long must find its beginning in the window.
    breaker: { ...breaker, window: Math.max(60_000, longestTotal) },
    tenantShare: tenantShare ?? (access.isOpen ? 1 : 0.8),
    hedge: resolveHedge('hedge', options.hedge) || undefined,
    continuation: options.continuation ?? false,
    catalog,
    budgets: resolveBudgets(options.budgets, options.open === true),
    redaction: resolveRedaction(options.redaction, {
      upstreams: Object.keys(upstreams),
      names: options.models === undefined ? undefined : Object.keys(options.models),
      isOpen: options.open === true,
    }),
    limits: resolveLimits(options.limits, {
      names:
        options.addressable === true || options.models === undefined
          ? undefined
          : Object.keys(options.models),
      isOpen: options.open === true,
    }),
    bodyLimit,
    uploads,
    doors: resolvePassthrough(parsed, options),
    storage: options.storage,
    tasks,
    publicUrl: options.publicUrl?.replace(/\/+$/, ''),
    secret: options.secret,
    strict,
    ledger: options.ledger,
    accounts: options.accounts,
    audit,
    traceless:
      typeof parsed.traceless === 'object'
        ? { tenants: new Set(parsed.traceless.tenants) }
        : parsed.traceless,
    memory: options.memory,
    shared: options.shared,
    cache: resolveCache(parsed.cache && { ...parsed.cache, tier: parsed.cache.tier }, options.models),
    tracing: parsed.tracing ?? 'auto',
    metrics: resolveMetrics(options.metrics),
    logger: options.logger === undefined ? silentLogger : guardLogger(options.logger),
    clock,
    random: options.random ?? Math.random,
  };
}

function describeIssue(issue: z.core.$ZodIssue | undefined, options: unknown): string {
  if (issue === undefined) return 'the options are not valid';
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const name = path === '' ? key : `${path}.${key}`;
    const near = findNearNames(key, knownKeys(path));
    return `there is no option "${name}".${near.length > 0 ? ` Did you mean "${near[0]}"?` : ` Options here: ${knownKeys(path).join(', ')}`}`;
  }
  const given = issue.path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    options,
  );
  // A key that stands where an upstream belongs must not be told; nor may a secret that is too short.
  const mayBeSecret = path === '' || path.startsWith('upstreams') || path.endsWith('secret');
  const shown =
    mayBeSecret || typeof given === 'object' || typeof given === 'function'
      ? typeof given
      : JSON.stringify(given);
  return `${path === '' ? 'the options' : path}: ${issue.message} (given: ${shown ?? 'undefined'})`;
}
