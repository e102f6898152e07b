import type { TargetView } from '../protocol/target-view.ts';
import type { RouteRequest } from './route-request.ts';

/** What is being chosen for. */
export interface Choosing {
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly request: RouteRequest;
  /** Told what the request shares with others, where the route keeps such requests together. */
  readonly onAffinity?: ((affinity: number) => void) | undefined;
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

/** One of them, drawn at random; undefined of none. */
export function drawOne<Member>(members: readonly Member[], random: () => number): Member | undefined {
  return members[Math.min(members.length - 1, Math.floor(random() * members.length))];
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

/** The open member with the lowest score; the first of equals. */
export function findLowest<Member>(
  members: readonly Member[],
  isOpen: (member: Member) => boolean,
  score: (member: Member) => number,
): Member | undefined {
  let best: Member | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const member of members) {
    const scored = score(member);
    if ((best === undefined || scored < lowest) && isOpen(member)) {
      best = member;
      lowest = scored;
    }
  }
  return best;
}

interface Drawing<Member> {
  readonly random: () => number;
  readonly score: (member: Member) => number;
}

/**
 * The open member with the lowest score, drawn among equals: each has the same chance, wherever it stands in the list.
 * Usually one is asked whether it is open.
 */
export function drawLowest<Member>(
  members: readonly Member[],
  isOpen: (member: Member) => boolean,
  { random, score }: Drawing<Member>,
): Member | undefined {
  const drawn = drawOne(lowestOf(members, score), random);
  if (drawn !== undefined && isOpen(drawn)) return drawn;
  return drawOne(lowestOf(members.filter(isOpen), score), random);
}

/** All that have the lowest score. */
function lowestOf<Member>(members: readonly Member[], score: (member: Member) => number): Member[] {
  let lowest = Number.POSITIVE_INFINITY;
  let equals: Member[] = [];
  for (const member of members) {
    const scored = score(member);
    if (scored < lowest) {
      lowest = scored;
      equals = [];
    }
    if (scored === lowest) equals.push(member);
  }
  return equals;
}
