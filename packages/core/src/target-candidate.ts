import type { Catalog } from './catalog/catalog.ts';
import { type ModelFacts, type PriceSource, priceNow } from './catalog/model-facts.ts';
import type { Call, TargetName } from './protocol/call.ts';
import { hashText } from './protocol/hash.ts';
import type { Send, TimedPhase } from './protocol/layer.ts';
import type { Principal } from './protocol/principal.ts';
import type { Price, TargetView } from './protocol/target-view.ts';
import type { Breaker } from './resilience/breaker.ts';
import type { Candidate } from './resilience/candidate.ts';
import type { TargetLatencies } from './resilience/latency-quantile.ts';
import type { Probe } from './resilience/probes.ts';
import type { Slots } from './resilience/slots.ts';
import type { TargetLoad } from './resilience/target-load.ts';
import { isResident, type Residency } from './routing/residency.ts';
import type { ModelTimeouts } from './routing/resolve-model.ts';
import type { KeyRing } from './upstreams/key-ring.ts';
import { dialectFor } from './upstreams/send-to-upstream.ts';
import type { Upstream } from './upstreams/upstream.ts';

/** What is kept of a target between requests. */
export interface TargetState {
  readonly name: TargetName;
  readonly breaker: Breaker;
  readonly slots: Slots;
  readonly keys: KeyRing;
  readonly load: TargetLoad;
  /** Undefined where nobody needs them. */
  readonly latencies: TargetLatencies | undefined;
  readonly send: Send;
  readonly upstream: Upstream;
  readonly catalog: Catalog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly timeouts: Readonly<Record<TimedPhase, number>>;
  /** Looks at its upstream from time to time; undefined where nobody asked for that. */
  readonly probe: Probe | undefined;
  /** What is known of the model, and whether that was all that the catalogue has. */
  known?: { readonly facts: ModelFacts; readonly isAll: boolean } | undefined;
}

/** Looked up once, and once more when the catalogue is there. */
export function factsOf(state: TargetState): ModelFacts {
  const { catalog, known, upstream, name } = state;
  if (known?.isAll === catalog.isLoaded) return known.facts;
  const { vendor, origin } = upstream;
  const facts = catalog.facts({ ...name, vendor, origin });
  state.known = { facts, isAll: catalog.isLoaded };
  return facts;
}

/** What a route says of a target. */
export interface RoutedSettings {
  readonly weight?: number | undefined;
  readonly timeouts?: ModelTimeouts | undefined;
}

/** A target as one route has it: what the strategies see of it, and what an attempt needs. */
export class TargetCandidate implements Candidate, TargetView {
  readonly target: TargetName;
  readonly name: string;
  readonly seed: number;
  readonly weight: number;
  readonly timeouts: Readonly<Record<TimedPhase, number>>;
  readonly #state: TargetState;

  constructor(target: TargetName, state: TargetState, { weight = 1, timeouts }: RoutedSettings = {}) {
    const { upstream, model } = target;
    this.target = { upstream, model };
    this.name = `${upstream}/${model}`;
    this.seed = hashText(this.name);
    this.weight = weight;
    this.timeouts = timeouts === undefined ? state.timeouts : { ...state.timeouts, ...timeouts };
    this.#state = state;
  }

  get send(): Send {
    return this.#state.send;
  }

  supports(call: Call): boolean {
    const { upstream } = this.#state;
    const { model } = this.target;
    const how = { stream: call.stream, dialect: dialectFor(call, upstream, model) };
    return upstream.path(call.operation, model, how) !== undefined;
  }

  /** Whether a call that is bound to some upstreams may go there. */
  resides(residency: Residency): boolean {
    return isResident(this.#state.upstream, residency);
  }

  admits(): boolean {
    return !this.isDown && this.#state.breaker.admits();
  }

  get isDrained(): boolean {
    return this.#state.breaker.byHand === 'drain';
  }

  /** A probe of its upstream has failed, and none has succeeded since. */
  get isDown(): boolean {
    return this.#state.probe?.isDown === true;
  }

  get isFull(): boolean {
    return this.#state.slots.isFull;
  }

  isFullFor(principal: Principal | undefined): boolean {
    return this.#state.slots.isFullFor(principal);
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
    const { breaker, probe } = this.#state;
    return probe?.isDown === true ? Math.max(breaker.reopensAt, probe.nextAt) : breaker.reopensAt;
  }

  get isSteady(): boolean {
    return this.#state.breaker.state === 'closed';
  }

  usualWait(stream: boolean): number | undefined {
    return this.#state.latencies?.p95(stream);
  }

  get active(): number {
    return this.#state.slots.taken;
  }

  latency(stream: boolean): number | undefined {
    return this.#state.load.latency(stream, this.#state.slots.taken);
  }

  get successRate(): number {
    return this.#state.load.successRate;
  }

  get headroom(): number {
    return this.#state.keys.headroom;
  }

  get price(): Price | undefined {
    return priceNow(factsOf(this.#state).prices, this.#state.now);
  }

  get window(): number | undefined {
    return factsOf(this.#state).window;
  }

  get priceSource(): PriceSource | undefined {
    return factsOf(this.#state).priceSource;
  }

  /** Tokens of the longest answer; undefined where that is not known. */
  get maxOutput(): number | undefined {
    return factsOf(this.#state).maxOutput;
  }
}
