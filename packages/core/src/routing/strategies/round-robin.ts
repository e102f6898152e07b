import { findFrom, type Pick } from '../strategy.ts';

/** Each in its turn. The turn is the group's own, so every group has one of these. */
export function roundRobin(): Pick {
  let next = 0;
  return (members, isOpen) => {
    const member = findFrom(members, next % Math.max(1, members.length), isOpen);
    if (member !== undefined) next = members.indexOf(member) + 1;
    return member;
  };
}
