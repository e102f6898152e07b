/** Knows its neighbours, so that leaving from the middle of a line costs nothing. */
export interface Standing<Item> {
  /** For the line only. */
  before: Item | undefined;
  behind: Item | undefined;
}

/** First come, first served, and anybody may leave. */
export class Line<Item extends Standing<Item>> {
  #first: Item | undefined;
  #last: Item | undefined;
  #size = 0;

  get first(): Item | undefined {
    return this.#first;
  }

  get last(): Item | undefined {
    return this.#last;
  }

  get size(): number {
    return this.#size;
  }

  add(item: Item): void {
    item.before = this.#last;
    item.behind = undefined;
    if (this.#last === undefined) this.#first = item;
    else this.#last.behind = item;
    this.#last = item;
    this.#size++;
  }

  /** Of one that stands in this line. */
  delete(item: Item): void {
    if (item.before === undefined) this.#first = item.behind;
    else item.before.behind = item.behind;
    if (item.behind === undefined) this.#last = item.before;
    else item.behind.before = item.before;
    item.before = undefined;
    item.behind = undefined;
    this.#size--;
  }
}
