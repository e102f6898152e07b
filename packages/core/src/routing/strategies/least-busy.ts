import { drawLowest, type Pick } from '../strategy.ts';

/** The one with the fewest requests under way for its weight. */
export const leastBusy: Pick = (members, isOpen, { random }) =>
  drawLowest(members, isOpen, { random, score: ({ active, weight }) => active / weight });
