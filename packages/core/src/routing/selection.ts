import type { TargetView } from '../protocol/target-view.ts';
import { Group, type Member } from './group.ts';
import type { Choosing } from './strategy.ts';

export interface SelectionParts<Target extends TargetView> extends Choosing {
  /** What can serve the call at all. */
  readonly allows: (target: Target) => boolean;
  /** Who is asked before the strategies are, where one can be: it holds the conversation. */
  readonly prefers?: ((target: Target) => boolean) | undefined;
}

/** The targets of one call, from which one is chosen after the other: a target is looked at when it is its turn. */
export class Selection<Target extends TargetView> {
  readonly #group: Group<Target>;
  readonly #parts: SelectionParts<Target>;
  #dropped: readonly Target[] = [];
  #only: readonly Target[] | undefined;
  #allowed: Target | undefined;

  constructor(group: Group<Target>, parts: SelectionParts<Target>) {
    this.#group = group;
    this.#parts = parts;
  }

  /** By the strategies, of those that are left and fit. */
  choose(fits: (target: Target) => boolean): Target | undefined {
    const { prefers } = this.#parts;
    const isOpen = (target: Target): boolean => this.#isLeft(target) && fits(target);
    return (
      (prefers && this.#chooseIn(this.#group, (target) => prefers(target) && isOpen(target))) ??
      this.#chooseIn(this.#group, isOpen)
    );
  }

  get isEmpty(): boolean {
    return !this.some(any);
  }

  some(fits: (target: Target) => boolean): boolean {
    return someOf(this.#group, (target) => this.#isLeft(target) && fits(target));
  }

  /** Those that are left, in the order written. */
  list(): readonly Target[] {
    const { targets } = this.#group;
    for (const target of targets)
      if (!this.#isLeft(target)) return targets.filter((other) => this.#isLeft(other));
    return targets;
  }

  /** Every target of the route, those that cannot serve the call included. */
  all(): readonly Target[] {
    return this.#group.targets;
  }

  /** Not again in this round. */
  drop(target: Target): void {
    this.#dropped = [...this.#dropped, target];
  }

  /** A new round, with these only. */
  keep(targets: readonly Target[]): void {
    this.#dropped = [];
    this.#only = targets;
  }

  #isLeft(target: Target): boolean {
    if (this.#dropped.includes(target)) return false;
    return (this.#only === undefined || this.#only.includes(target)) && this.#allows(target);
  }

  /** Asked about the same target again and again, which is the one that serves. */
  #allows(target: Target): boolean {
    if (target === this.#allowed) return true;
    if (!this.#parts.allows(target)) return false;
    this.#allowed = target;
    return true;
  }

  #chooseIn(group: Group<Target>, isOpen: (target: Target) => boolean): Target | undefined {
    const opens = (member: Member<Target>): boolean =>
      member instanceof Group ? someOf(member, isOpen) : isOpen(member);
    const picked = group.pick(group.members, opens, this.#parts);
    return picked instanceof Group ? this.#chooseIn(picked, isOpen) : picked;
  }
}

function someOf<Target extends TargetView>(group: Group<Target>, fits: (target: Target) => boolean): boolean {
  return group.members.some((member) => (member instanceof Group ? someOf(member, fits) : fits(member)));
}

const any = (): boolean => true;
