import { drawIndex, findLowest, type Pick } from '../strategy.ts';

/** The one whose vendor says that most is left of the rate limit. */
export const headroom: Pick = (members, isOpen, { random }) =>
  findLowest(members, isOpen, {
    start: drawIndex(random, members.length),
    score: (member) => -member.headroom,
  });
