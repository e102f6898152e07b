import type { Pick } from '../strategy.ts';
import { cheapest } from './cheapest.ts';
import { fastest } from './fastest.ts';
import { headroom } from './headroom.ts';
import { leastBusy } from './least-busy.ts';
import { type OwnStrategy, own } from './own.ts';
import { priority } from './priority.ts';
import { roundRobin } from './round-robin.ts';
import { weighted } from './weighted.ts';

export type StrategyName =
  | 'priority'
  | 'weighted'
  | 'round-robin'
  | 'least-busy'
  | 'fastest'
  | 'cheapest'
  | 'headroom';

/** By name; each group has its own, because some keep count. */
const strategies: Readonly<Record<StrategyName, () => Pick>> = {
  priority: () => priority,
  weighted: () => weighted,
  'round-robin': roundRobin,
  'least-busy': () => leastBusy,
  fastest: () => fastest,
  cheapest: () => cheapest,
  headroom: () => headroom,
};

/** How one of several targets is chosen: by name, or a function of your own. */
export type Strategy = StrategyName | OwnStrategy;

export const strategyNames: readonly string[] = Object.keys(strategies);

export function makeStrategy(strategy: Strategy): Pick {
  return typeof strategy === 'function' ? own(strategy) : strategies[strategy]();
}
