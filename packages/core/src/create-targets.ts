import { EventEmitter } from 'node:events';
import type { TargetName } from './protocol/call.ts';
import type { BreakerEvent } from './protocol/events.ts';
import { composeLayers } from './protocol/layer.ts';
import type { Turns } from './protocol/turns.ts';
import { Breaker, type BreakerState, withBreaker } from './resilience/breaker.ts';
import { withEscape } from './resilience/escape.ts';
import { Slots, withSlots } from './resilience/slots.ts';
import { TargetLoad, withLoad } from './resilience/target-load.ts';
import { resolveModel, targetsOf } from './routing/resolve-model.ts';
import { destinationsOf } from './routing/router.ts';
import type { Settings } from './settings/settings.ts';
import { TargetCandidate, type TargetState } from './target-candidate.ts';
import type { Egress } from './upstreams/egress.ts';
import { KeyRing } from './upstreams/key-ring.ts';
import { sendToUpstream } from './upstreams/send-to-upstream.ts';
import type { Upstream } from './upstreams/upstream.ts';

/** What `gateway.stats()` tells of a target. */
export interface TargetStats extends TargetName {
  readonly breaker: BreakerState;
  /** Outcomes in the breaker's window. */
  readonly successes: number;
  readonly failures: number;
  /** Requests under way, and waiting for a slot. */
  readonly active: number;
  readonly waiting: number;
  /** Keys that are left alone for now. */
  readonly restingKeys: number;
}

/** What all targets share. */
export interface TargetParts {
  readonly egress: Egress;
  /** Undefined where nothing is kept between requests. */
  readonly turns: Turns | undefined;
  readonly onBreaker: (event: BreakerEvent) => void;
}

/** The targets of a gateway, each with its breaker, limit, keys and send. */
export class Targets {
  readonly #settings: Settings;
  readonly #egress: Egress;
  readonly #turns: Turns | undefined;
  readonly #onBreaker: (event: BreakerEvent) => void;
  readonly #states = new Map<string, TargetState>();
  /** The names that the operator wrote; callers can make up others. */
  readonly #named: ReadonlySet<string>;
  readonly #rotation = new EventEmitter().setMaxListeners(0);
  #rotationTimer: unknown;

  constructor(settings: Settings, { egress, turns, onBreaker }: TargetParts) {
    this.#settings = settings;
    this.#egress = egress;
    this.#turns = turns;
    this.#onBreaker = onBreaker;
    const { models, known } = settings.routing;
    const written = [...models.values()].flatMap(targetsOf);
    const sentTo = [...models.values()].flatMap(({ serves, fallbacks }) => [
      ...(typeof serves === 'function' ? destinationsOf(serves) : []),
      ...Object.values(fallbacks ?? {}).flat(),
    ]);
    const reached = sentTo.flatMap((name) => targetsOf(resolveModel(settings.routing, name, true)));
    this.#named = new Set([...written, ...reached, ...[...known.values()].flatMap(targetsOf)].map(nameOf));
    for (const target of [...written, ...reached]) this.#state(target);
    this.#rotate();
  }

  candidate(target: TargetName, weight?: number): TargetCandidate {
    return new TargetCandidate(target, this.#state(target), weight);
  }

  stats(): TargetStats[] {
    return [...this.#states.values()].map(({ name, breaker, slots, keys }) => ({
      upstream: name.upstream,
      model: name.model,
      breaker: breaker.state,
      ...breaker.counts,
      active: slots.taken,
      waiting: slots.waiting,
      restingKeys: keys.resting,
    }));
  }

  close(): void {
    this.#settings.clock.clearTimeout(this.#rotationTimer);
    for (const { breaker } of this.#states.values()) breaker.close();
  }

  /** Models that are only addressed share one state per upstream: callers choose their names, and could make any number. */
  #state(target: TargetName): TargetState {
    const key = nameOf(target);
    const isNamed = this.#named.has(key);
    const known = this.#states.get(isNamed ? key : `${target.upstream}/*`);
    if (known !== undefined) return known;
    const { upstream, model } = target;
    const state = this.#makeState(isNamed ? { upstream, model } : { upstream, model: '*' });
    this.#states.set(nameOf(state.name), state);
    return state;
  }

  #makeState(name: TargetName): TargetState {
    const { upstreams, clock, layers, timeouts, strict, breaker: breakerOptions } = this.#settings;
    const upstream = upstreams[name.upstream];
    if (upstream === undefined) throw new TypeError(`no upstream ${name.upstream}`);
    const keys = new KeyRing(upstream.apiKey, clock);
    const slots = new Slots(upstream.maxConcurrency);
    const onChange = (state: BreakerState): void => this.#onBreaker({ target: name, state });
    const breaker = new Breaker(breakerOptions, { clock, rotation: this.#rotation, onChange });
    const asksForProof = typeof upstream.apiKey === 'function' || upstream.signer !== undefined;
    const callsOperator = layers.length > 0 || asksForProof;
    const load = new TargetLoad(clock);
    const escape = callsOperator ? [withEscape] : [];
    const send = composeLayers(
      [...escape, ...layers, withSlots(slots), withBreaker(breaker), withLoad(load, clock)],
      sendToUpstream({
        upstream,
        keys,
        clock,
        egress: this.#egress,
        turns: this.#turns,
        isStrict: strict,
        hasOtherKeepers: Object.values(upstreams).filter(keepsResponses).length > 1,
      }),
    );
    const { connect, firstByte, idle, write, total } = { ...timeouts, ...upstream.timeouts };
    return {
      name,
      breaker,
      slots,
      keys,
      load,
      send,
      upstream,
      timeouts: { queue: total, connect, firstByte, idle, write },
    };
  }

  /** One timer turns the windows of all breakers. */
  #rotate(): void {
    const { clock, breaker } = this.#settings;
    this.#rotationTimer = clock.setTimeout(() => {
      this.#rotation.emit('rotate');
      this.#rotation.emit('rotated');
      this.#rotate();
    }, breaker.window / 10);
  }
}

function nameOf({ upstream, model }: TargetName): string {
  return `${upstream}/${model}`;
}

/** What it answers in the Responses API, it keeps itself. */
function keepsResponses({ dialect, alsoSpeaks }: Upstream): boolean {
  return dialect === 'openai-responses' || alsoSpeaks.includes('openai-responses');
}
