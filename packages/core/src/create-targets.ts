import { EventEmitter } from 'node:events';
import type { Call, TargetName } from './protocol/call.ts';
import type { BreakerEvent } from './protocol/events.ts';
import { composeLayers, type Phase, type Send } from './protocol/layer.ts';
import type { Turns } from './protocol/turns.ts';
import { Breaker, type BreakerState, withBreaker } from './resilience/breaker.ts';
import type { Candidate } from './resilience/candidate.ts';
import { withEscape } from './resilience/escape.ts';
import { Slots, withSlots } from './resilience/slots.ts';
import type { Settings } from './settings/settings.ts';
import type { Egress } from './upstreams/egress.ts';
import { KeyRing } from './upstreams/key-ring.ts';
import { dialectFor, sendToUpstream } from './upstreams/send-to-upstream.ts';
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

/** What is kept of a target between requests. */
interface TargetState {
  readonly name: TargetName;
  readonly breaker: Breaker;
  readonly slots: Slots;
  readonly keys: KeyRing;
  readonly send: Send;
  readonly upstream: Upstream;
  readonly timeouts: Readonly<Record<Phase, number>>;
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
  readonly #rotation = new EventEmitter().setMaxListeners(0);
  #rotationTimer: unknown;

  constructor(settings: Settings, { egress, turns, onBreaker }: TargetParts) {
    this.#settings = settings;
    this.#egress = egress;
    this.#turns = turns;
    this.#onBreaker = onBreaker;
    for (const targets of settings.routing.models.values()) for (const target of targets) this.#state(target);
    this.#rotate();
  }

  candidate(target: TargetName): Candidate {
    return new TargetCandidate(target, this.#state(target));
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
    const key = `${target.upstream}/${target.model}`;
    const known = this.#states.get(key) ?? this.#states.get(`${target.upstream}/*`);
    if (known !== undefined) return known;
    const isNamed = this.#settings.routing.models.size > 0 && this.#isNamed(target);
    const state = this.#makeState(
      isNamed
        ? { upstream: target.upstream, model: target.model }
        : { upstream: target.upstream, model: '*' },
    );
    this.#states.set(`${state.name.upstream}/${state.name.model}`, state);
    return state;
  }

  #isNamed(target: TargetName): boolean {
    for (const targets of this.#settings.routing.models.values()) {
      if (targets.some(({ upstream, model }) => upstream === target.upstream && model === target.model))
        return true;
    }
    return false;
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
    const escape = callsOperator ? [withEscape] : [];
    const send = composeLayers(
      [...escape, ...layers, withSlots(slots), withBreaker(breaker)],
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

/** What it answers in the Responses API, it keeps itself. */
function keepsResponses({ dialect, alsoSpeaks }: Upstream): boolean {
  return dialect === 'openai-responses' || alsoSpeaks.includes('openai-responses');
}

class TargetCandidate implements Candidate {
  readonly target: TargetName;
  readonly #state: TargetState;

  constructor(target: TargetName, state: TargetState) {
    this.target = target;
    this.#state = state;
  }

  get send(): Send {
    return this.#state.send;
  }

  get timeouts(): Readonly<Record<Phase, number>> {
    return this.#state.timeouts;
  }

  supports(call: Call): boolean {
    const { upstream } = this.#state;
    const { model } = this.target;
    const how = { stream: call.stream, dialect: dialectFor(call, upstream, model) };
    return upstream.path(call.operation, model, how) !== undefined;
  }

  admits(): boolean {
    return this.#state.breaker.admits();
  }

  get isFull(): boolean {
    return this.#state.slots.isFull;
  }

  get keyCount(): number {
    return this.#state.keys.size;
  }

  get hasAwakeKey(): boolean {
    return this.#state.keys.hasAwake;
  }

  get limitedFor(): number {
    return this.#state.keys.limitedFor;
  }

  get reopensAt(): number {
    return this.#state.breaker.reopensAt;
  }
}
