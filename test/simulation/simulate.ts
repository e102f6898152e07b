import { createGateway, type GatewayOptions, openaiCompatible } from '@vector-engine/core';
import { Egress } from '../../packages/core/src/upstreams/egress.ts';
import { drawFactor, drawGap, seededChance } from './chance.ts';
import { SimulatedCall } from './simulated-call.ts';
import { type Behaviour, SimulatedTarget } from './simulated-target.ts';
import { VirtualTime } from './virtual-time.ts';

export interface Scenario {
  readonly name: string;
  /** What happens, in a few words. */
  readonly story: string;
  /** One for each target. */
  readonly behaviours: readonly Behaviour[];
  /** The targets that the scenario is about. */
  readonly troubled: readonly number[];
  /** Calls a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly options?: Pick<GatewayOptions, 'breaker' | 'retry' | 'timeouts'>;
}

/** One call as its caller saw it. */
export interface Seen {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly milliseconds: number;
  readonly status: number;
}

export interface Run {
  readonly scenario: Scenario;
  readonly seen: readonly Seen[];
  /** When each target got an attempt, in milliseconds since the start. */
  readonly attempts: readonly (readonly number[])[];
}

/** Requests that a target works on at once. */
export const servers = 8;
/** Milliseconds that an answer takes on average. */
export const usual = 200;

/**
 * Runs the gateway as it is, from the caller's exchange to the one function that all connections are made by, against
 * targets that are queues. Nothing but the network, time and chance is another.
 */
export async function simulate(scenario: Scenario, seed = 1): Promise<Run> {
  const time = new VirtualTime();
  const startedAt = time.now();
  const { arrivals, work, choices } = chancesOf(seed);
  const targets = scenario.behaviours.map((behaviour) => new SimulatedTarget(time, servers, behaviour));
  const names = targets.map((_, index) => `t${index}`);
  const upstreams = Object.fromEntries(
    names.map((name) => [name, openaiCompatible({ baseURL: `http://${name}.test/v1`, apiKey: 'sk-1' })]),
  );
  const gateway = createGateway({
    open: true,
    upstreams,
    models: { chat: { targets: names.map((name) => `${name}/gpt`), strategy: 'fastest' } },
    clock: time,
    random: choices,
    memory: false,
    ...scenario.options,
  });
  const draw = (): number => drawFactor(work) * usual;
  const restore = leadAside(({ origin }, handler) => {
    targets[Number(/\d+/.exec(origin)?.[0])]?.take(handler, draw());
  });
  const seen: Seen[] = [];
  const end = startedAt + scenario.seconds * 1000;
  const arrive = (): void => {
    const at = time.now();
    if (at > end) return;
    gateway.handle(
      new SimulatedCall((status) => seen.push({ at: at - startedAt, milliseconds: time.now() - at, status })),
    );
    time.setTimeout(arrive, drawGap(arrivals, 1000 / scenario.rate));
  };
  try {
    arrive();
    await time.runUntil(end + 60_000);
    void gateway.close();
    await time.runUntil(end + 120_000);
  } finally {
    restore();
  }
  return { scenario, seen, attempts: targets.map((target) => target.arrivals) };
}

interface Chances {
  readonly arrivals: () => number;
  readonly work: () => number;
  readonly choices: () => number;
}

/** Each its own, so that one draw more of one does not change the others. */
export function chancesOf(seed: number): Chances {
  const chance = (stream: number): (() => number) => seededChance(seed * 1000 + stream);
  return { arrivals: chance(1), work: chance(2), choices: chance(3) };
}

type Dispatch = Egress['dispatch'];

/** All connections lead into the simulation, until the returned function is called. */
export function leadAside(
  take: (upstream: Parameters<Dispatch>[0], handler: Parameters<Dispatch>[2]) => void,
): () => void {
  // Put back as it was, and not called.
  // oxlint-disable-next-line typescript/unbound-method
  const { dispatch } = Egress.prototype;
  Egress.prototype.dispatch = (upstream, _, handler) => take(upstream, handler);
  return () => {
    Egress.prototype.dispatch = dispatch;
  };
}
