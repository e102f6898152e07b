import type { HandAct, UpstreamStatus } from './upstream-status.ts';

/** The targets of one upstream. */
export interface UpstreamGroup {
  readonly upstream: string;
  readonly region: string | undefined;
  readonly tags: readonly string[];
  readonly targets: readonly UpstreamStatus[];
  readonly condition: Condition;
}

/** How a target is, in one word: the worst of what is known. */
export type Condition = 'drained' | 'opened' | 'down' | 'open' | 'half-open' | 'resting' | 'fine';

/** From the worst on. */
const order: readonly Condition[] = ['down', 'open', 'opened', 'drained', 'half-open', 'resting', 'fine'];

export function conditionOf(target: UpstreamStatus): Condition {
  if (target.byHand === 'drain') return 'drained';
  if (target.byHand === 'open') return 'opened';
  if (target.isDown) return 'down';
  if (target.state !== 'closed') return target.state;
  const isAnyAwake = target.keys.some(({ state }) => state !== 'resting');
  return target.keys.length > 0 && !isAnyAwake ? 'resting' : 'fine';
}

/** By upstream, in the order in which the gateway names them; an upstream is as its worst target is. */
export function groupTargets(targets: readonly UpstreamStatus[]): readonly UpstreamGroup[] {
  const groups = Map.groupBy(targets, ({ upstream }) => upstream);
  return [...groups].map(([upstream, ofIt]) => ({
    upstream,
    region: ofIt.find(({ region }) => region !== null)?.region ?? undefined,
    tags: [...new Set(ofIt.flatMap(({ tags }) => tags))],
    targets: ofIt,
    condition: worstOf(ofIt.map(conditionOf)),
  }));
}

function worstOf(conditions: readonly Condition[]): Condition {
  return order.find((one) => conditions.includes(one)) ?? 'fine';
}

/** Those whose upstream, model, region or tags have the text; all where there is none. */
export function filterTargets(targets: readonly UpstreamStatus[], text: string): readonly UpstreamStatus[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return targets;
  return targets.filter(({ id, region, tags }) =>
    [id, region ?? '', ...tags].some((one) => one.toLowerCase().includes(wanted)),
  );
}

/** Those that are not as they should be. */
export function troubledOf(targets: readonly UpstreamStatus[]): readonly UpstreamStatus[] {
  return targets.filter((target) => conditionOf(target) !== 'fine');
}

/** What may be done by hand to a target that is so. */
export function actsFor({ byHand, state }: Pick<UpstreamStatus, 'byHand' | 'state'>): readonly HandAct[] {
  if (byHand === 'drain') return ['close'];
  if (byHand === 'open') return ['close', 'drain'];
  return state === 'closed' ? ['open', 'drain'] : ['close', 'open', 'drain'];
}

/** Whether nobody else could take what the target serves: the same model, as far as its name tells, is served nowhere else. */
export function isLastOf(target: UpstreamStatus, all: readonly UpstreamStatus[]): boolean {
  return !all.some(
    (other) => other.id !== target.id && other.model === target.model && conditionOf(other) === 'fine',
  );
}

export interface UpstreamTotals {
  readonly targets: number;
  readonly active: number;
  readonly waiting: number;
  /** Targets that take no new calls, or only when nothing else is left. */
  readonly troubled: number;
}

export function totalsOf(targets: readonly UpstreamStatus[]): UpstreamTotals {
  const sum = (of: (target: UpstreamStatus) => number): number =>
    targets.reduce((total, target) => total + of(target), 0);
  return {
    targets: targets.length,
    active: sum(({ active }) => active),
    waiting: sum(({ waiting, batchWaiting }) => waiting + batchWaiting),
    troubled: troubledOf(targets).length,
  };
}

/** The share of a limit that is left, 0 to 1; undefined where the vendor has not told both. */
export function leftShare(remaining: number | undefined, limit: number | undefined): number | undefined {
  if (remaining === undefined || limit === undefined || limit <= 0) return undefined;
  return Math.min(Math.max(remaining / limit, 0), 1);
}

/** Milliseconds since the epoch; undefined where it is no time. */
export function timeOf(value: string | number | null | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const time = typeof value === 'number' ? value : Date.parse(value);
  return Number.isFinite(time) ? time : undefined;
}
