/** So many are looked through sooner than written down. */
const few = 16;

/** What a call is found by. */
type By<Call> = (call: Call) => string | undefined;

/** Calls in the order in which they were made; those in front may have been answered meanwhile. */
interface Queue<Call> {
  readonly calls: Call[];
  front: number;
}

type Index<Call> = Map<string | undefined, Queue<Call>>;

interface ManyCalls<Call> {
  readonly indexes: Map<By<Call>, Index<Call>>;
  readonly answered: Set<Call>;
}

/**
 * Tool calls that wait for their results, found by whatever a result tells of its call. Takes linear time, however many
 * there are and in whatever order they are answered.
 */
export class WaitingCalls<Call extends object> {
  /** As long as there are few, those that wait; from then on also those that were answered. */
  readonly #calls: Call[] = [];
  #many: ManyCalls<Call> | undefined;

  add(call: Call): void {
    this.#calls.push(call);
    if (this.#many === undefined) return;
    for (const [by, index] of this.#many.indexes) enqueue(index, by(call), call);
  }

  /** The first that waits of which `by` gives this key. `by` is to be the same function every time. */
  find(by: By<Call>, key: string | undefined): Call | undefined {
    const many = this.#manyOf();
    return many === undefined
      ? this.#calls.find((call) => by(call) === key)
      : frontOf(indexBy(by, this.#calls, many).get(key), many.answered);
  }

  /** Of a call that was added. */
  answer(call: Call): void {
    const many = this.#manyOf();
    if (many !== undefined) many.answered.add(call);
    else if (this.#calls.includes(call)) this.#calls.splice(this.#calls.indexOf(call), 1);
  }

  #manyOf(): ManyCalls<Call> | undefined {
    if (this.#calls.length > few) this.#many ??= { indexes: new Map(), answered: new Set() };
    return this.#many;
  }
}

/** Made when it is first asked for. */
function indexBy<Call>(by: By<Call>, calls: readonly Call[], { indexes }: ManyCalls<Call>): Index<Call> {
  const known = indexes.get(by);
  if (known !== undefined) return known;
  const index: Index<Call> = new Map();
  for (const call of calls) enqueue(index, by(call), call);
  indexes.set(by, index);
  return index;
}

function enqueue<Call>(index: Index<Call>, key: string | undefined, call: Call): void {
  const queue = index.get(key);
  if (queue === undefined) index.set(key, { calls: [call], front: 0 });
  else queue.calls.push(call);
}

function frontOf<Call>(queue: Queue<Call> | undefined, answered: ReadonlySet<Call>): Call | undefined {
  if (queue === undefined) return undefined;
  for (; queue.front < queue.calls.length; queue.front++) {
    const call = queue.calls[queue.front];
    if (call !== undefined && !answered.has(call)) return call;
  }
  return undefined;
}
