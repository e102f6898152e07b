import type { Pick } from '../strategy.ts';

/** Drawn by weight; where one is out, its share goes to the others by theirs. */
export const weighted: Pick = (members, isOpen, { random }) => {
  let total = 0;
  for (const member of members) if (isOpen(member)) total += member.weight;
  let drawn = random() * total;
  let last: (typeof members)[number] | undefined;
  for (const member of members) {
    if (!isOpen(member)) continue;
    last = member;
    drawn -= member.weight;
    if (drawn < 0) break;
  }
  return last;
};
