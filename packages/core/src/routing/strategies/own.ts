import type { TargetView } from '../../protocol/target-view.ts';
import type { RouteRequest } from '../route-request.ts';
import type { Pick } from '../strategy.ts';

/** Picks one of the targets that can be tried now; there is at least one. Called again for the next where that fails. */
export type OwnStrategy = (targets: readonly TargetView[], request: RouteRequest) => TargetView;

/** A strategy of the user's. */
export function own(strategy: OwnStrategy): Pick {
  return (members, isOpen, { request }) => {
    const open = members.filter(isOpen);
    if (open.length === 0) return undefined;
    const picked = strategy(open, request);
    const member = open.find((each) => each === picked);
    if (member === undefined)
      throw new TypeError('a strategy must return one of the targets that it is given');
    return member;
  };
}
