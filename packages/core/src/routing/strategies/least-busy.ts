import { drawIndex, findLowest, type Pick } from '../strategy.ts';

/** The one with the fewest requests under way for its weight. */
export const leastBusy: Pick = (members, isOpen, { random }) =>
  findLowest(members, isOpen, {
    start: drawIndex(random, members.length),
    score: ({ active, weight }) => active / weight,
  });
