import type { Counter, CounterState, LimitStore, Taking } from '@vector-engine/core';
import { type Check, checkEach } from './check-each.ts';
import type { MountFinding } from './check-mount.ts';
import { expectThat } from './expect-answer.ts';

export interface LimitCheckOptions {
  /** The same counts, as another process has them. Given, the two are asked by turns. */
  readonly other?: LimitStore;
  /** Lets so many milliseconds pass for the store. Left out, nothing is said about windows that end and places that are lost. */
  readonly pass?: (milliseconds: number) => Promise<void> | void;
}

interface Trial {
  readonly store: LimitStore;
  /** As another process has it; the same one where none was given. */
  readonly other: LimitStore;
  /** Something that no other check counts. */
  readonly counter: (limit: number, word?: string, window?: number) => Counter;
}

const hour = 3_600_000;
/** Milliseconds; a store over a network is told of them in time. */
const short = 400;

async function takeOne(store: LimitStore, counter: Counter, amount = 1): Promise<TakingOfOne> {
  return only(await store.take([{ ...counter, amount }]));
}

interface TakingOfOne extends CounterState {
  readonly isTaken: boolean;
}

function only({ refusedBy, states: [state, ...more] }: Taking): TakingOfOne {
  expectThat(state !== undefined && more.length === 0, 'take() must give one state for each counter');
  return { ...state, isTaken: refusedBy === -1 };
}

async function expectRemaining(store: LimitStore, counter: Counter, remaining: number): Promise<void> {
  const { remaining: found } = await takeOne(store, counter, 0);
  expectThat(found === remaining, `${found} of ${counter.limit} remain, not ${remaining}`);
}

const checks: readonly Check<Trial>[] = [
  {
    name: 'lets through as much as the limit, and no more',
    async run({ store, other, counter }) {
      const three = counter(3);
      for (const [index, one] of [store, other, store].entries()) {
        const { isTaken, remaining, resetsAfter } = await takeOne(one, three);
        expectThat(isTaken, `it refuses number ${index + 1} of 3`);
        expectThat(remaining === 2 - index, `${remaining} remain after ${index + 1} of 3`);
        expectThat(
          resetsAfter > 0 && resetsAfter <= hour,
          `a window of ${hour} milliseconds ends in ${resetsAfter}`,
        );
      }
      const { isTaken, remaining, resetsAfter } = await takeOne(other, three);
      expectThat(!isTaken, 'number 4 of 3 passes');
      expectThat(remaining === 0 && resetsAfter > 0, 'the states of what is refused must be told, too');
      return '3 of 4';
    },
  },
  {
    name: 'says of what nobody has taken that all of it remains, and begins no window for nothing',
    async run({ store, counter }) {
      const { remaining, resetsAfter } = await takeOne(store, counter(5), 0);
      expectThat(remaining === 5, `${remaining} of 5 remain`);
      expectThat(resetsAfter === 0, `a window that has not begun ends in ${resetsAfter} milliseconds`);
      return 'all of it';
    },
  },
  {
    name: 'takes from all counters or from none',
    async run({ store, counter }) {
      const [wide, narrow, full] = [counter(10, 'wide'), counter(2, 'narrow'), counter(1, 'full')];
      await takeOne(store, full);
      const takes = [wide, narrow, full].map((one) => ({ ...one, amount: 2 }));
      const refused = await store.take(takes);
      expectThat(
        refused.refusedBy === 2,
        `it was refused by ${refused.refusedBy}, not by the one without room`,
      );
      const remain = refused.states.map(({ remaining }) => remaining).join();
      expectThat(remain === '10,2,0', `in the order of the counters ${remain} remain, not 10,2,0`);
      const taken = await store.take(takes.slice(0, 2));
      expectThat(taken.refusedBy === -1, 'what was refused has taken something all the same');
      await expectRemaining(store, wide, 8);
      return 'none, then all';
    },
  },
  {
    name: 'names the counter that resets last of those without room',
    async run({ store, counter }) {
      const [soon, late] = [counter(1, 'soon', hour), counter(1, 'late', 24 * hour)];
      await store.take([soon, late].map((one) => ({ ...one, amount: 1 })));
      for (const [takes, place] of [
        [[soon, late], 1],
        [[late, soon], 0],
      ] as const) {
        const { refusedBy } = await store.take(takes.map((one) => ({ ...one, amount: 1 })));
        expectThat(refusedBy === place, `it named number ${refusedBy}, not ${place}`);
      }
      return 'wherever it stands';
    },
  },
  {
    name: 'takes an amount above the limit as the limit',
    async run({ store, counter }) {
      const ten = counter(10);
      expectThat((await takeOne(store, ten, 1000)).isTaken, 'a first call of 1,000 of 10 is refused');
      await expectRemaining(store, ten, 0);
      expectThat(!(await takeOne(store, ten, 1000)).isTaken, 'so is a second, which must be');
      const none = counter(0, 'none');
      expectThat(!(await takeOne(store, none)).isTaken, 'where nothing is allowed something passes');
      return 'once';
    },
  },
  {
    name: 'counts afterwards what was used in truth',
    async run({ store, other, counter }) {
      const hundred = counter(100);
      await takeOne(store, hundred, 50);
      await other.adjust([{ ...hundred, change: -40, endsWithin: hour }]);
      await expectRemaining(store, hundred, 90);
      await store.adjust([{ ...hundred, change: 30, endsWithin: hour }]);
      await expectRemaining(store, hundred, 60);
      await store.adjust([{ ...hundred, change: 1000, endsWithin: hour }]);
      await expectRemaining(store, hundred, 0);
      await store.adjust([{ ...hundred, change: -1_000_000, endsWithin: hour }]);
      await expectRemaining(store, hundred, 100);
      return 'more, less, never below nothing';
    },
  },
  {
    name: 'leaves a window alone that is another than was meant, or has not begun',
    async run({ store, counter }) {
      const ten = counter(10);
      await store.adjust([{ ...ten, change: 5, endsWithin: hour }]);
      await expectRemaining(store, ten, 10);
      await takeOne(store, ten, 6);
      await store.adjust([{ ...ten, change: -6, endsWithin: hour / 2 }]);
      await expectRemaining(store, ten, 4);
      return 'nothing changed';
    },
  },
  {
    name: 'keeps large numbers to the last digit',
    async run({ store, counter }) {
      const most = Number.MAX_SAFE_INTEGER;
      const large = counter(most);
      await takeOne(store, large, most - 3);
      await expectRemaining(store, large, 3);
      await store.adjust([{ ...large, change: 1, endsWithin: hour }]);
      await expectRemaining(store, large, 2);
      return String(most);
    },
  },
  {
    name: 'tells names apart, whatever they are made of',
    async run({ store, counter }) {
      const words = ['a', 'A', 'a ', 'a:b', '{a}', 'é', '\u0000', "'; --", '__proto__', 'x'.repeat(10_000)];
      const counters = words.map((word) => counter(1, word));
      for (const one of counters)
        expectThat((await takeOne(store, one)).isTaken, `${one.key.slice(-20)} was taken for another`);
      return `${words.length} names`;
    },
  },
  {
    name: 'lets exactly the limit through of many that come at once',
    async run({ store, other, counter }) {
      const [one, two] = [counter(50, 'one'), counter(1000, 'two')];
      const takings = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          (index % 2 === 0 ? store : other).take([
            { ...one, amount: 1 },
            { ...two, amount: 1 },
          ]),
        ),
      );
      const passed = takings.filter(({ refusedBy }) => refusedBy === -1).length;
      expectThat(passed === 50, `${passed} of 200 passed a limit of 50`);
      await expectRemaining(store, two, 950);
      return '50 of 200';
    },
  },
  {
    name: 'has as many places as it says, each free again once it is left',
    async run({ store, other, counter }) {
      const place = counter(2);
      expectThat((await store.enter([place], 'a', hour)) === -1, 'the first of two places was refused');
      expectThat((await other.enter([place], 'b', hour)) === -1, 'the second of two places was refused');
      expectThat((await store.enter([place], 'c', hour)) === 0, 'a third had room in two places');
      expectThat((await store.enter([place], 'a', hour)) === -1, 'who is in was refused');
      await store.leave([place], 'a');
      await store.leave([place], 'a');
      expectThat((await other.enter([place], 'c', hour)) === -1, 'a place that was left is not free');
      expectThat((await other.enter([place], 'd', hour)) === 0, 'leaving twice has freed two places');
      return '2';
    },
  },
  {
    name: 'gives a place of each kind or none',
    async run({ store, counter }) {
      const [wide, narrow] = [counter(2, 'wide'), counter(1, 'narrow')];
      await store.enter([narrow], 'a', hour);
      const full = await store.enter([wide, narrow], 'b', hour);
      expectThat(full === 1, `it named number ${full}, not 1, the one that is full`);
      await store.enter([wide], 'c', hour);
      expectThat((await store.enter([wide], 'd', hour)) === -1, 'who was refused has a place all the same');
      return 'none';
    },
  },
  {
    name: 'gives no place twice to many that come at once',
    async run({ store, other, counter }) {
      const place = counter(20);
      const found = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          (index % 2 === 0 ? store : other).enter([place], `id-${index}`, hour),
        ),
      );
      const entered = found.filter((full) => full === -1).length;
      expectThat(entered === 20, `${entered} of 100 are in 20 places`);
      return '20 of 100';
    },
  },
];

const inTime = (pass: (milliseconds: number) => Promise<void> | void): readonly Check<Trial>[] => [
  {
    name: 'begins a window anew with the first that is taken after one has ended',
    async run({ store, counter }) {
      const two = counter(2, 'two', short);
      await takeOne(store, two, 2);
      await pass(short + 50);
      const { remaining, resetsAfter } = await takeOne(store, two, 0);
      expectThat(remaining === 2 && resetsAfter === 0, 'a window that has ended is still counted');
      await store.adjust([{ ...two, change: 2, endsWithin: short }]);
      await pass(short / 2);
      const begun = await takeOne(store, two);
      expectThat(begun.isTaken && begun.remaining === 1, 'what came after the end of a window was counted');
      expectThat(begun.resetsAfter > short * 0.75, 'a window began before anything was taken in it');
      return 'with the first';
    },
  },
  {
    name: 'frees a place that is lost, and none sooner',
    async run({ store, counter }) {
      const place = counter(1);
      await store.enter([place], 'lost', short);
      expectThat((await store.enter([place], 'next', short)) === 0, 'a place was free before its time');
      await pass(short / 2);
      expectThat((await store.enter([place], 'lost', short)) === -1, 'who is in was refused');
      await pass(short * 0.75);
      expectThat((await store.enter([place], 'next', short)) === 0, 'a lease did not begin anew');
      await pass(short / 2);
      expectThat((await store.enter([place], 'next', short)) === -1, 'a place that was lost is not free');
      return `after ${short} milliseconds`;
    },
  },
];

/** Tries a store of limits of your own on what the gateway will ask of it. Never throws: what fails is a finding. */
export function checkLimits(
  store: LimitStore,
  { other = store, pass }: LimitCheckOptions = {},
): Promise<readonly MountFinding[]> {
  return checkEach([...checks, ...(pass === undefined ? [] : inTime(pass))], (name) => ({
    store,
    other,
    counter: (limit, word = '', window = hour) => ({ key: name(word), limit, window }),
  }));
}
