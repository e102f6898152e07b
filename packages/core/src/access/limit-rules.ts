import type { RateLimitFacts } from '../errors.ts';
import type { Limits } from '../protocol/limits.ts';
import { ownerOf, type Principal, pathOf } from '../protocol/principal.ts';
import type { LimitSettings } from './limit-settings.ts';
import { type OpenCounter, type OpenPlace, over } from './memory-limits.ts';

/** Limits that hold for a call, and whose they are. */
export interface LimitRule {
  readonly limits: Limits;
  readonly of: RateLimitFacts['of'];
  /** Of a model or a path. */
  readonly name?: string;
  /** Tells it from all others. */
  readonly id: string;
}

/** A counter with what is said of it. */
export interface RuledCounter extends OpenCounter {
  readonly rule: LimitRule;
  readonly counted: RateLimitFacts['counted'];
  readonly isOfTokens: boolean;
  /** As a header says it. */
  readonly limitText: string;
}

export interface RuledPlace extends OpenPlace {
  readonly rule: LimitRule;
}

const minute = 60_000;
const day = 86_400_000;
const requests = [
  ['rpm', minute],
  ['rpd', day],
] as const;
const tokens = [
  ['tpm', minute],
  ['tpd', day],
] as const;
const kinds = ['rpm', 'rpd', 'tpm', 'tpd', 'concurrency'] as const;

/** Everything that holds for the caller, whatever is asked for. */
export function rulesOf(principal: Principal, settings: LimitSettings): readonly LimitRule[] {
  const { gateway, tenant, principal: each, key, paths } = settings;
  const own = principal.limits;
  const isKey = principal.key !== undefined;
  const rules: LimitRule[] = [];
  const add = (limits: Limits | undefined, of: RateLimitFacts['of'], whose: string): void => {
    if (limits !== undefined) rules.push({ limits, of, id: `${of} ${whose}` });
  };
  add(gateway, 'gateway', '');
  if (tenant !== undefined) add(tenant, 'tenant', ownerOf(principal));
  if (isKey) add(tighter(key, own), 'key', principal.key ?? '');
  const person = isKey ? each : tighter(each, own);
  if (person !== undefined) add(person, 'principal', personOf(principal));
  if (paths.size === 0) return rules;
  for (const name of stepsOf(pathOf(principal))) {
    const limits = paths.get(name);
    if (limits !== undefined) rules.push({ limits, of: 'path', name, id: `path ${name}` });
  }
  return rules;
}

/** What holds for the model beside. */
export function modelRuleOf(
  principal: Principal,
  model: string,
  { models }: LimitSettings,
): LimitRule | undefined {
  const limits = models.get(model);
  if (limits === undefined) return undefined;
  const whose = {
    tenant: () => ownerOf(principal),
    principal: () => personOf(principal),
    key: () => principal.key ?? personOf(principal),
  };
  const { per } = limits;
  const id = per === undefined ? [model] : [model, per, whose[per]()];
  return { limits, of: 'model', name: model, id: `model ${JSON.stringify(id)}` };
}

export function requestCountersOf(rules: readonly LimitRule[]): readonly RuledCounter[] {
  return countersOf(rules, requests);
}

export function tokenCountersOf(rules: readonly LimitRule[]): readonly RuledCounter[] {
  return countersOf(rules, tokens);
}

export function placesOf(rules: readonly LimitRule[]): readonly RuledPlace[] {
  return rules.flatMap((rule) => {
    const limit = rule.limits.concurrency;
    return limit === undefined ? [] : [{ key: `concurrency ${rule.id}`, limit, leases: undefined, rule }];
  });
}

function countersOf(rules: readonly LimitRule[], windows: typeof requests | typeof tokens): RuledCounter[] {
  const counters: RuledCounter[] = [];
  for (const rule of rules) {
    for (const [counted, window] of windows) {
      const limit = rule.limits[counted];
      if (limit === undefined) continue;
      const key = `${counted} ${rule.id}`;
      const isOfTokens = windows === tokens;
      counters.push({ key, limit, window, open: over, rule, counted, isOfTokens, limitText: String(limit) });
    }
  }
  return counters;
}

function personOf(principal: Principal): string {
  return JSON.stringify([ownerOf(principal), principal.id ?? '']);
}

/** `acme/research/alice`: `acme`, `acme/research` and itself. */
function stepsOf(path: string): string[] {
  const steps: string[] = [];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) steps.push(path.slice(0, at));
  return [...steps, path];
}

/** Of two that count the same, the smaller of each. */
function tighter(one: Limits | undefined, other: Limits | undefined): Limits | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const limit = Math.min(one[kind] ?? Infinity, other[kind] ?? Infinity);
      return limit === Infinity ? [] : [[kind, limit]];
    }),
  );
}
