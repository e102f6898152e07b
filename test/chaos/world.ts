import { serve } from '../bench/ipc.ts';
import { openCallers } from './caller.ts';
import { Tally, type Told } from './tally.ts';
import { type Counts, startUpstreams, type Trouble, type TroubledUpstreams } from './troubled-upstreams.ts';

export interface Traffic {
  /** The gateway's. */
  readonly port: number;
  readonly requests: number;
  readonly concurrency: number;
  /** The upstream that is fully down for a third of the run. */
  readonly down: number;
}

/** Everything but the gateway, in a process of its own: upstreams and callers. */
export interface World extends Record<string, (argument: never) => unknown> {
  readonly listen: (trouble: Trouble) => Promise<readonly number[]>;
  /** Ends when all calls have. */
  readonly run: (traffic: Traffic) => Promise<Told>;
  /** Calls that are over. */
  readonly done: () => number;
  readonly counts: () => Counts | undefined;
}

let upstreams: TroubledUpstreams | undefined;
let tally = new Tally(0);

const world: World = {
  async listen(trouble) {
    upstreams = await startUpstreams(trouble);
    return upstreams.ports;
  },
  async run({ port, requests, concurrency, down }) {
    tally = new Tally(requests);
    await using callers = openCallers(port, concurrency);
    const events = new Map<number, () => unknown>([
      [Math.floor(requests / 3), () => upstreams?.down(down)],
      [Math.floor((requests * 2) / 3), () => upstreams?.up(down)],
    ]);
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < requests) {
        const index = next++;
        void events.get(index)?.();
        tally.add(await callers.ask(index, index % 2 === 1));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return tally.told;
  },
  done: () => tally.count,
  counts: () => upstreams?.counts,
};

serve(world);
