import type { TargetView } from '../protocol/target-view.ts';
import type { RouteRequest } from './route-request.ts';

/** What is being chosen for. */
export interface Choosing {
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly request: RouteRequest;
}

/**
 * Picks one of the members that are open, or none where none is. Asks about as few of them as it can: there may be
 * hundreds.
 */
export type Pick = <Member extends TargetView>(
  members: readonly Member[],
  isOpen: (member: Member) => boolean,
  choosing: Choosing,
) => Member | undefined;

/** A place in a list of so many, drawn at random. */
export function drawIndex(random: () => number, length: number): number {
  return Math.min(length - 1, Math.floor(random() * length));
}

/** The first open member from a place on, around the end. */
export function findFrom<Member>(
  members: readonly Member[],
  start: number,
  isOpen: (member: Member) => boolean,
): Member | undefined {
  for (let step = 0; step < members.length; step++) {
    const member = members[(start + step) % members.length];
    if (member !== undefined && isOpen(member)) return member;
  }
  return undefined;
}

/** The open member with the lowest score; the first of equals, from a place that the caller draws. */
export function findLowest<Member>(
  members: readonly Member[],
  isOpen: (member: Member) => boolean,
  { start, score }: { readonly start: number; readonly score: (member: Member) => number },
): Member | undefined {
  let best: Member | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (let step = 0; step < members.length; step++) {
    const member = members[(start + step) % members.length];
    if (member === undefined) continue;
    const scored = score(member);
    if ((best === undefined || scored < lowest) && isOpen(member)) {
      best = member;
      lowest = scored;
    }
  }
  return best;
}
