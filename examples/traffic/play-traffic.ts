import type { Gateway } from '@vector-engine/express';
import { pick, type Random } from './chance.ts';
import { composeCall } from './compose-call.ts';
import type { KeyedProgram } from './hand-out-keys.ts';

export interface TrafficOptions {
  readonly programs: readonly KeyedProgram[];
  /** Calls a second, on the average. */
  readonly rate: number;
  readonly random: Random;
}

export interface Traffic {
  /** Ends it; what is under way is given up. */
  stop(): Promise<void>;
}

/** Calls that wait for answers at the same time; beyond that none is begun. */
const mostAtOnce = 40;
/** Milliseconds from one busy time to the next. */
const wave = 180_000;

/** Programs that call models, in process, until it is stopped. What is wrong with their calls is no matter to anybody here. */
export function playTraffic(
  { fetch }: Pick<Gateway, 'fetch'>,
  { programs, rate, random }: TrafficOptions,
): Traffic {
  const weighted = programs.map((one) => ({ ...one, weight: one.program.weight }));
  const running = new Set<Promise<void>>();
  const ended = new AbortController();
  let timer: NodeJS.Timeout;

  const call = async (): Promise<void> => {
    const keyed = pick(random, weighted);
    const request = composeCall(keyed, pick(random, keyed.program.habits), random);
    // Some leave before they are answered.
    const patience = random() < 0.02 ? Math.round(150 + random() * 400) : 120_000;
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(patience)]);
    try {
      const response = await fetch(new Request(request, { signal }));
      await response.arrayBuffer();
    } catch {
      // The caller has left.
    }
  };
  const next = (): void => {
    const busy = 1 + 0.6 * Math.sin((Date.now() / wave) * 2 * Math.PI);
    timer = setTimeout(begin, (-Math.log(1 - random()) * 1000) / (rate * busy));
  };
  const begin = (): void => {
    if (running.size < mostAtOnce) {
      const one = call();
      running.add(one);
      void one.finally(() => running.delete(one));
    }
    next();
  };
  next();
  return {
    stop: async () => {
      clearTimeout(timer);
      ended.abort();
      await Promise.all(running);
    },
  };
}
