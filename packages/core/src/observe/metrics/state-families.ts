import type { TargetName } from '../../protocol/call.ts';
import { labelOf } from './count-attempts.ts';
import { counter, type Family, gauge, type Labels, type OwnFamily, type Sample, single } from './family.ts';

/** A target as it is now. */
export interface TargetNow extends TargetName {
  readonly breaker: 'closed' | 'half-open' | 'open';
  readonly byHand: string | undefined;
  readonly active: number;
  readonly waiting: number;
  readonly batchWaiting: number;
  readonly isDown: boolean;
  readonly restingKeys: number;
}

/** Of all targets, those that have been asked: there may be hundreds that nobody wants. */
export function targetFamilies(targets: () => readonly TargetNow[]): readonly Family[] {
  const each = (read: (target: TargetNow) => number): readonly Sample[] =>
    targets().map((target) => ({ labels: labelsOf(target), value: read(target) }));
  return [
    gauge('vector_breaker_state', 'Of targets: 0 closed, 0.5 half-open, 1 open.', () =>
      each(({ breaker }) => breakerValues[breaker]),
    ),
    gauge('vector_target_by_hand', 'Targets that are held open or drained by hand: 1.', () =>
      each(({ byHand }) => (byHand === undefined ? 0 : 1)),
    ),
    gauge('vector_target_down', 'Targets whose upstream did not answer its last probe: 1.', () =>
      each(({ isDown }) => (isDown ? 1 : 0)),
    ),
    gauge('vector_target_in_flight', 'Attempts at targets that are under way.', () =>
      each(({ active }) => active),
    ),
    gauge(
      'vector_target_waiting',
      'Calls that wait for a place at a target, by how soon they are wanted.',
      () =>
        targets().flatMap((target) => {
          const { waiting, batchWaiting } = target;
          const labels = labelsOf(target);
          return [
            { labels: { ...labels, priority: 'interactive' }, value: waiting - batchWaiting },
            { labels: { ...labels, priority: 'batch' }, value: batchWaiting },
          ];
        }),
    ),
    gauge('vector_target_resting_keys', 'Keys of targets that are left alone for now.', () =>
      each(({ restingKeys }) => restingKeys),
    ),
  ];
}

const breakerValues = { closed: 0, 'half-open': 0.5, open: 1 } as const;

function labelsOf({ upstream, model }: TargetName): Labels {
  return { upstream, model: labelOf(model) };
}

/** Nano-dollars where it is money. */
export interface CacheNow {
  readonly hits: number;
  readonly misses: number;
  readonly joined: number;
  readonly bypassed: number;
  readonly entries: number;
  readonly bytes: number;
  readonly saved: number;
}

export function cacheFamilies(now: () => CacheNow): readonly Family[] {
  return [
    counter('vector_cache_results_total', 'Calls by what the cache had to do with them.', () => {
      const { hits, misses, joined, bypassed } = now();
      const results = { hit: hits, miss: misses, joined, bypass: bypassed };
      return Object.entries(results).map(([result, value]) => ({ labels: { result }, value }));
    }),
    gauge('vector_cache_entries', 'Answers in the memory of this process.', () => single(now().entries)),
    gauge('vector_cache_bytes', 'Bytes of answers in the memory of this process.', () => single(now().bytes)),
  ];
}

/** Nano-dollars that were saved by routing, and by the cache. */
export function savingsFamily(now: () => { readonly routing: number; readonly cache: number }): OwnFamily {
  return counter('vector_saved_dollars_total', 'What calls would have cost more, about, in dollars.', () =>
    Object.entries(now()).map(([by, saved]) => ({ labels: { by }, value: saved / 1e9 })),
  );
}

export function ledgerFamilies(
  now: () => { readonly queued: number; readonly dropped: number },
): readonly Family[] {
  return [
    gauge('vector_ledger_queue', 'Calls that are not written down yet.', () => single(now().queued)),
    counter('vector_ledger_dropped_total', 'Calls that were never written down.', () =>
      single(now().dropped),
    ),
  ];
}

/** A place in the tree of who pays, and how much of what it may spend it has spent. */
export interface BudgetNow {
  readonly path?: string | undefined;
  readonly window: string;
  readonly limit: number;
  readonly spent: number;
}

/** `read`: the budgets that hold at a place, those above it included. */
export function budgetFamily(
  paths: readonly string[],
  read: (path: string) => Promise<readonly BudgetNow[]>,
): Family {
  return {
    name: 'vector_budget_used_ratio',
    help: 'Of budgets that the options name, the share that is spent.',
    type: 'gauge',
    read: async () => {
      const states = await Promise.all(
        paths.map(async (at) => (await read(at)).filter(({ path, limit }) => path === at && limit > 0)),
      );
      return states.flat().map(({ path = '', window, limit, spent }) => ({
        labels: { path, window },
        value: spent / limit,
      }));
    },
  };
}
