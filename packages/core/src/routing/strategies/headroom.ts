import { drawLowest, drawOne, type Pick } from '../strategy.ts';

/** Draws before all members are looked at. */
const draws = 3;

/** The one whose vendor says that most is left of the rate limit. */
export const headroom: Pick = (members, isOpen, { random }) => {
  // Nobody has more than all of it, and most have that: one drawn among them all is drawn among those.
  for (let count = 0; count < draws; count++) {
    const member = drawOne(members, random);
    if (member !== undefined && member.headroom >= 1 && isOpen(member)) return member;
  }
  return drawLowest(members, isOpen, { random, score: (member) => -member.headroom });
};
