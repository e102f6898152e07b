import { hashText } from '../protocol/hash.ts';
import type { Price, TargetView } from '../protocol/target-view.ts';
import type { Pick } from './strategy.ts';

export interface GroupParts<Target extends TargetView> {
  readonly members: readonly Member<Target>[];
  readonly pick: Pick;
  /** Its share in a group around it. */
  readonly weight?: number | undefined;
}

/** A target, or a group of them. */
export type Member<Target extends TargetView> = Target | Group<Target>;

/** Targets with the strategy that chooses among them; seen from a group around it, one target among others. */
export class Group<Target extends TargetView> implements TargetView {
  readonly members: readonly Member<Target>[];
  /** All that are in it, those of groups in it included, in the order written. */
  readonly targets: readonly Target[];
  readonly pick: Pick;
  readonly weight: number;
  readonly name: string;
  readonly seed: number;

  constructor({ members, pick, weight = 1 }: GroupParts<Target>) {
    this.members = members;
    this.targets = members.flatMap((member) => (member instanceof Group ? member.targets : [member]));
    this.pick = pick;
    this.weight = weight;
    this.name = members.map(({ name }) => name).join(', ');
    this.seed = hashText(this.name);
  }

  get active(): number {
    let active = 0;
    for (const member of this.members) active += member.active;
    return active;
  }

  get successRate(): number {
    return Math.max(0, ...this.members.map((member) => member.successRate));
  }

  get headroom(): number {
    return Math.max(0, ...this.members.map((member) => member.headroom));
  }

  /** Of the one that is tried first by price: what is served for is not known before. */
  get price(): Price | undefined {
    return this.#first(({ price }) => price);
  }

  get window(): number | undefined {
    return this.#first(({ window }) => window);
  }

  latency(stream: boolean): number | undefined {
    let lowest: number | undefined;
    for (const member of this.members) {
      const latency = member.latency(stream);
      if (latency !== undefined && (lowest === undefined || latency < lowest)) lowest = latency;
    }
    return lowest;
  }

  #first<Value>(read: (member: Member<Target>) => Value | undefined): Value | undefined {
    for (const member of this.members) {
      const value = read(member);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}
