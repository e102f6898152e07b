import type { BudgetState } from '../access/budget-state.ts';
import type { KeyInfo } from '../access/key-desk.ts';
import type { BudgetAsked } from '../access/states-at.ts';
import { GatewayError } from '../errors.ts';
import type { BudgetRules } from '../protocol/budget.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Ledger } from '../protocol/ledger.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import { MonthSpending, type Spending } from './month-spending.ts';
import { type FoundKeys, findKeys, nameOf, type PlacedKey } from './placed-keys.ts';

export interface BudgetTreeParts {
  /** What the option `budgets` says; undefined where it is left out. */
  readonly rules: BudgetRules | undefined;
  readonly desk: { statesAt(places: readonly BudgetAsked[]): Promise<readonly (readonly BudgetState[])[]> };
  /** Undefined where nothing is written down. */
  readonly ledger: Pick<Ledger, 'totals'> | undefined;
  /** Undefined where there are no virtual keys. */
  readonly keys: Pick<GatewayKeys, 'list'> | undefined;
  readonly clock: Clock;
}

/** How much of what may be spent is spent. Money is in dollars. */
export interface Spent {
  /** Its own; those of what it is part of hold beside them. */
  readonly budgets: readonly BudgetState[];
  /** The largest of `spent / limit`; null where there is no budget. */
  readonly share: number | null;
  /** That is four fifths, or more. */
  readonly isNear: boolean;
}

/** A place in the tree of who pays. */
export interface BudgetNode extends Spent {
  /** `acme/research`. */
  readonly path: string;
  /** Its last step, in the words of whoever is called so. */
  readonly name: string;
  /** Something is below it: places, or keys. */
  readonly hasMore: boolean;
  /** There and below, in this month (UTC), by the ledger. */
  readonly spentThisMonth: number;
}

/** A virtual key at a place in the tree. */
export interface KeyNode extends Spent {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly spentThisMonth: number;
  readonly isDisabled: boolean;
  /** Milliseconds since the epoch; null: never. */
  readonly expiresAt: number | null;
}

/** One level of the tree: those that have spent most first. */
export interface BudgetLevel {
  /** What it is below; empty for the root. */
  readonly under: string;
  readonly data: readonly BudgetNode[];
  readonly keys: readonly KeyNode[];
  /** False where there are more than are looked at: those are left out that have spent least. */
  readonly isWhole: boolean;
}

/** A place or a key that has little left. */
export interface NearBudget extends Spent {
  readonly of: 'path' | 'key';
  /** The path, or the key's id. */
  readonly id: string;
  readonly name: string;
}

export interface NearBudgets {
  /** At most 20, the nearest to its limit first. */
  readonly data: readonly NearBudget[];
  /** False where there are more places and keys than are looked at. */
  readonly isWhole: boolean;
}

/** From which share of a limit on it is near. */
const nearShare = 0.8;
const mostNear = 20;
/** Of one level. */
const mostShown = 1000;
/** Keys that are looked through, and places and keys whose budgets are read, for one answer. */
const mostLookedAt = 5000;

/** A place that was come upon. */
interface Found {
  dollars: number;
  hasMore: boolean;
  /** The operator has named it: it is shown, whatever was spent there. */
  isNamed: boolean;
}

/** The tree of who pays: as far as the options name it, keys are in it, and the ledger has seen it this month. */
export class BudgetTree {
  readonly #parts: BudgetTreeParts;
  readonly #month: MonthSpending;

  constructor(parts: BudgetTreeParts) {
    this.#parts = parts;
    const { ledger, keys, clock } = parts;
    this.#month = new MonthSpending({ ledger, hasKeys: keys !== undefined, clock });
  }

  /**
   * What is directly below a place; of the root where that is empty, or left out. The ledger and the accounts are asked once
   * each, however many are there; of more than 1,000 places, those are left out that have spent least. What the ledger says may
   * be some seconds old.
   *
   * @throws GatewayError `VE_PARAMETER_INVALID` for what is no path; `VE_STORE_FAILED`
   */
  async children(under: string = ''): Promise<BudgetLevel> {
    checkPath(under);
    const [{ keys, isWhole }, spending] = await this.#sources(under);
    const own = keys.filter(({ home }) => home === under);
    const places = this.#placesBelow(under, { keys, own, spending });
    const shown = [...places].toSorted(byWorth).slice(0, mostShown);
    const shownKeys = own.slice(0, mostShown);
    const ofKey = new Map<string, number>();
    for (const { key, dollars } of spending) ofKey.set(key, (ofKey.get(key) ?? 0) + dollars);
    const states = await this.#parts.desk.statesAt([
      ...shown.map(([path]) => ({ owner: { path } })),
      ...shownKeys.map(({ info }) => ({ owner: { key: info.id }, budgets: info.budgets })),
    ]);
    return {
      under,
      data: shown.map(([path, { dollars, hasMore }], index) => ({
        path,
        name: nameOf(path),
        hasMore,
        ...standing(states[index] ?? []),
        spentThisMonth: dollars,
      })),
      keys: shownKeys.map(({ info }, index) => ({
        id: info.id,
        name: info.name,
        hint: info.hint,
        ...standing(states[shown.length + index] ?? []),
        spentThisMonth: ofKey.get(info.id) ?? 0,
        isDisabled: info.disabledAt !== undefined,
        expiresAt: info.expiresAt ?? null,
      })),
      isWhole: isWhole && shown.length === places.size && shownKeys.length === own.length,
    };
  }

  /**
   * Who has spent four fifths of a limit, or more. What the options name is looked at first, then the keys that have budgets,
   * then what the ledger has seen this month, the dearest first: 5,000 of them at most, a thousand accounts at a time.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  async near(): Promise<NearBudgets> {
    const [{ keys, isWhole }, spending] = await this.#sources('');
    const limited = keys.filter(({ info }) => (info.budgets ?? []).length > 0);
    const paths = this.#parts.rules === undefined ? [] : this.#allPaths(keys, spending);
    const named = this.#parts.rules?.paths.length ?? 0;
    const places: Near[] = [
      ...paths.slice(0, named).map(placeOfPath),
      ...limited.map(({ info }) => placeOfKey(info)),
      ...paths.slice(named).map(placeOfPath),
    ];
    const lookedAt = places.slice(0, mostLookedAt);
    const states = await this.#parts.desk.statesAt(lookedAt.map(({ asked }) => asked));
    const near = lookedAt
      .map(({ shown }, index) => ({ ...shown, ...standing(states[index] ?? []) }))
      .filter(({ isNear }) => isNear)
      .toSorted((one, other) => (other.share ?? 0) - (one.share ?? 0));
    return { data: near.slice(0, mostNear), isWhole: isWhole && lookedAt.length === places.length };
  }

  #sources(under: string): Promise<readonly [FoundKeys, readonly Spending[]]> {
    return Promise.all([findKeys(this.#parts.keys, under, mostLookedAt), this.#month.at(under)]);
  }

  #placesBelow(
    under: string,
    known: {
      readonly keys: readonly PlacedKey[];
      readonly own: readonly PlacedKey[];
      readonly spending: readonly Spending[];
    },
  ): ReadonlyMap<string, Found> {
    const places = new Map<string, Found>();
    const find = (path: string): Found | undefined => {
      const child = childOf(path, under);
      if (child === undefined) return undefined;
      const found = places.get(child) ?? { dollars: 0, hasMore: false, isNamed: false };
      places.set(child, found);
      if (path !== child) found.hasMore = true;
      return found;
    };
    for (const path of this.#parts.rules?.paths ?? []) {
      const found = find(path);
      if (found !== undefined) found.isNamed = true;
    }
    for (const { home } of known.keys) {
      const found = find(home);
      if (found !== undefined) found.hasMore = true;
    }
    // A key without a path has a place of its own in the ledger; here it is a key.
    const leaves = new Set(known.own.map(({ place }) => place));
    for (const { path, dollars } of known.spending) {
      const found = leaves.has(path) ? undefined : find(path);
      if (found !== undefined) found.dollars += dollars;
    }
    return places;
  }

  /** Those that are named first, then the others, the dearest first. */
  #allPaths(keys: readonly PlacedKey[], spending: readonly Spending[]): readonly string[] {
    const paths = new Map<string, number>();
    const named = this.#parts.rules?.paths ?? [];
    for (const path of named) paths.set(path, Infinity);
    for (const { home } of keys) for (const path of stepsOf(home)) paths.set(path, paths.get(path) ?? 0);
    for (const { path, dollars } of spending)
      for (const above of stepsOf(path)) paths.set(above, (paths.get(above) ?? 0) + dollars);
    return [...paths]
      .toSorted(([, one], [, other]) => (one < other ? 1 : one > other ? -1 : 0))
      .map(([path]) => path);
  }
}

interface Near {
  readonly asked: BudgetAsked;
  readonly shown: Pick<NearBudget, 'id' | 'name' | 'of'>;
}

function placeOfPath(path: string): Near {
  return { asked: { owner: { path } }, shown: { of: 'path', id: path, name: nameOf(path) } };
}

function placeOfKey({ id, name, budgets }: KeyInfo): Near {
  return { asked: { owner: { key: id }, budgets }, shown: { of: 'key', id, name } };
}

function standing(budgets: readonly BudgetState[]): Spent {
  // Where nothing may be spent, all of it is.
  const shares = budgets.map(({ spent, limit }) => (limit > 0 ? spent / limit : 1));
  const share = shares.length === 0 ? null : Math.max(...shares);
  return { budgets, share, isNear: share !== null && share >= nearShare };
}

function byWorth(
  [path, one]: readonly [string, Found],
  [otherPath, other]: readonly [string, Found],
): number {
  if (one.dollars !== other.dollars) return other.dollars - one.dollars;
  if (one.isNamed !== other.isNamed) return one.isNamed ? -1 : 1;
  return path < otherPath ? -1 : 1;
}

/** The place directly below `under` that a path goes through; undefined where it does not go there. */
function childOf(path: string, under: string): string | undefined {
  if (path === '' || path === under) return undefined;
  if (under !== '' && !path.startsWith(`${under}/`)) return undefined;
  const end = path.indexOf('/', under === '' ? 0 : under.length + 1);
  return end < 0 ? path : path.slice(0, end);
}

/** A path, and all that it is part of. */
function stepsOf(path: string): readonly string[] {
  if (path === '') return [];
  const steps = path.split('/');
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}

function checkPath(under: string): void {
  if (under === '' || !under.split('/').includes('')) return;
  const reason = 'it must be names with a slash between them, "acme/research" say';
  throw new GatewayError('VE_PARAMETER_INVALID', { parameter: 'under', reason });
}
