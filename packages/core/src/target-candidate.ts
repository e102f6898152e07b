import type { Call, TargetName } from './protocol/call.ts';
import type { Phase, Send } from './protocol/layer.ts';
import type { Price, TargetView } from './protocol/target-view.ts';
import type { Breaker } from './resilience/breaker.ts';
import type { Candidate } from './resilience/candidate.ts';
import type { Slots } from './resilience/slots.ts';
import type { TargetLoad } from './resilience/target-load.ts';
import { hashText } from './routing/hash.ts';
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
  readonly send: Send;
  readonly upstream: Upstream;
  readonly timeouts: Readonly<Record<Phase, number>>;
}

/** A target as one route has it: what the strategies see of it, and what an attempt needs. */
export class TargetCandidate implements Candidate, TargetView {
  readonly target: TargetName;
  readonly name: string;
  readonly seed: number;
  readonly weight: number;
  readonly #state: TargetState;

  constructor(target: TargetName, state: TargetState, weight = 1) {
    const { upstream, model } = target;
    this.target = { upstream, model };
    this.name = `${upstream}/${model}`;
    this.seed = hashText(this.name);
    this.weight = weight;
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
    return 1;
  }

  get price(): Price | undefined {
    return undefined;
  }

  get window(): number | undefined {
    return undefined;
  }
}
