import { drawLowest, type Pick } from '../strategy.ts';

/** The one whose vendor says that most is left of the rate limit. */
export const headroom: Pick = (members, isOpen, { random }) =>
  drawLowest(members, isOpen, { random, score: (member) => -member.headroom });
