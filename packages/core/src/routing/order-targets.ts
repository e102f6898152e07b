/** Something with a share of the traffic; without one it counts as 1 beside others that have one. */
interface Weighted {
  readonly weight: number | undefined;
}

/**
 * The order in which targets are tried. Without weights, the order they were written in; with weights, each place is drawn
 * by weight from those that are left, so that failover spreads too. `random`: 0 to 1.
 */
export function orderTargets<Target extends Weighted>(
  targets: readonly Target[],
  random: () => number,
): readonly Target[] {
  if (targets.length < 2 || targets.every((target) => target.weight === undefined)) return targets;
  const left = [...targets];
  const ordered: Target[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, target) => sum + (target.weight ?? 1), 0);
    let drawn = random() * total;
    let index = left.findIndex((target) => (drawn -= target.weight ?? 1) < 0);
    if (index < 0) index = left.length - 1;
    ordered.push(...left.splice(index, 1));
  }
  return ordered;
}
