/** Anything that an API gives out under an id. */
export interface Kept {
  readonly id: string;
}

/** Things by their ids, in the order in which they were made, each to be found in the account that made it only. */
export class ObjectShelf<Thing extends Kept> {
  readonly #accounts = new Map<string, Map<string, Thing>>();

  add(account: string, thing: Thing): Thing {
    this.#of(account).set(thing.id, thing);
    return thing;
  }

  find(account: string, id: string): Thing | undefined {
    return this.#accounts.get(account)?.get(id);
  }

  remove(account: string, id: string): boolean {
    return this.#of(account).delete(id);
  }

  /** The newest first, as vendors list. */
  list(account: string): readonly Thing[] {
    return [...this.#of(account).values()].toReversed();
  }

  #of(account: string): Map<string, Thing> {
    const things = this.#accounts.get(account) ?? new Map<string, Thing>();
    this.#accounts.set(account, things);
    return things;
  }
}

export interface ShelfPage<Thing> {
  readonly data: readonly Thing[];
  readonly hasMore: boolean;
}

/** What comes behind the one with the id `after`, at most `limit`; undefined where there is none with that id. */
export function pageOf<Thing extends Kept>(
  things: readonly Thing[],
  after: string | null,
  limit: number,
): ShelfPage<Thing> | undefined {
  const at = after === null ? -1 : things.findIndex(({ id }) => id === after);
  if (after !== null && at < 0) return undefined;
  const data = things.slice(at + 1, at + 1 + limit);
  return { data, hasMore: things.length > at + 1 + data.length };
}
