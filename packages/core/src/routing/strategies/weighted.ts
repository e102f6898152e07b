import type { TargetView } from '../../protocol/target-view.ts';
import type { Pick } from '../strategy.ts';

/** Draws before all members are asked: usually the first that is drawn is open. */
const draws = 3;

/** Drawn by weight; where one is out, its share goes to the others by theirs. */
export const weighted: Pick = (members, isOpen, { random }) => {
  let total = 0;
  for (const { weight } of members) total += weight;
  for (let count = 0; count < draws; count++) {
    const member = draw(members, random() * total);
    if (member !== undefined && isOpen(member)) return member;
  }
  const open = members.filter(isOpen);
  const ofOpen = open.reduce((sum, { weight }) => sum + weight, 0);
  return draw(open, random() * ofOpen);
};

function draw<Member extends TargetView>(members: readonly Member[], drawn: number): Member | undefined {
  let left = drawn;
  for (const member of members) {
    left -= member.weight;
    if (left < 0) return member;
  }
  return members.at(-1);
}
