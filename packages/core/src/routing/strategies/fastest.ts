import type { TargetView } from '../../protocol/target-view.ts';
import { drawOne, type Pick } from '../strategy.ts';

/** Draws before all members are asked; more would only help where nearly all are out. */
const draws = 3;
/** A target that never answers is not infinitely slow: its breaker takes it out, and later gives it another try. */
const lowestRate = 0.05;

/**
 * The better of two drawn at random, by requests under way times time to the first content: nearly as good as to look at
 * all, and a target that has just become the best is not stormed by everybody. One that fails fast is not fast.
 * "The Power of Two Choices in Randomized Load Balancing", Mitzenmacher 2001.
 */
export const fastest: Pick = (members, isOpen, { random, request }) => {
  const first = draw(members, isOpen, random);
  if (first === undefined) return undefined;
  const second = draw(members, (member) => member !== first && isOpen(member), random);
  if (second === undefined) return first;
  const stream = request.stream;
  const ofFirst = first.latency(stream);
  const ofSecond = second.latency(stream);
  // Nobody knows how fast it is: as fast as the other, until it has shown it.
  const a = score(first, ofFirst ?? ofSecond ?? 1);
  const b = score(second, ofSecond ?? ofFirst ?? 1);
  return b < a ? second : first;
};

function score({ active, weight, successRate }: TargetView, latency: number): number {
  const rate = Math.max(lowestRate, successRate);
  return ((active + 1) * latency) / (weight * rate * rate);
}

function draw<Member>(
  members: readonly Member[],
  isOpen: (member: Member) => boolean,
  random: () => number,
): Member | undefined {
  for (let count = 0; count < draws; count++) {
    const member = drawOne(members, random);
    if (member !== undefined && isOpen(member)) return member;
  }
  return drawOne(members.filter(isOpen), random);
}
