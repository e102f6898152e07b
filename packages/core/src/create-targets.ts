import { EventEmitter } from 'node:events';
import type { Catalog } from './catalog/catalog.ts';
import { type PriceSource, priceNow } from './catalog/model-facts.ts';
import { createProbes } from './create-probes.ts';
import { GatewayError } from './errors.ts';
import type { Redaction } from './open-redaction.ts';
import type { TargetName } from './protocol/call.ts';
import { wallTime } from './protocol/clock.ts';
import type { BreakerEvent, ProbeEvent } from './protocol/events.ts';
import { composeLayers } from './protocol/layer.ts';
import type { Notice } from './protocol/shared-state.ts';
import type { Price } from './protocol/target-view.ts';
import type { Turns } from './protocol/turns.ts';
import { Breaker, type BreakerState, withBreaker } from './resilience/breaker.ts';
import { drained } from './resilience/drain.ts';
import { withEscape } from './resilience/escape.ts';
import { TargetLatencies, withLatencies } from './resilience/latency-quantile.ts';
import type { Probe, ProbeResult } from './resilience/probes.ts';
import type { SharedHealth } from './resilience/share-health.ts';
import { Slots, withSlots } from './resilience/slots.ts';
import { TargetLoad, withLoad } from './resilience/target-load.ts';
import { resolveModel, targetsOf } from './routing/resolve-model.ts';
import { destinationsOf } from './routing/router.ts';
import { sendRealtime } from './send-realtime.ts';
import type { Settings } from './settings/settings.ts';
import { factsOf, type RoutedSettings, TargetCandidate, type TargetState } from './target-candidate.ts';
import { statsOf, type TargetStats } from './target-stats.ts';
import { digestKey } from './upstreams/digest-key.ts';
import type { Egress } from './upstreams/egress.ts';
import { KeyRing, type RestListener } from './upstreams/key-ring.ts';
import { sendToUpstream } from './upstreams/send-to-upstream.ts';
import type { MediaFiles } from './upstreams/sending.ts';
import type { Upstream } from './upstreams/upstream.ts';
import type { Balances } from './upstreams/watch-balances.ts';

/**
 * Targets, by an operator's hand. What is done here is this process's own: others that share what they find out about
 * targets (option `shared`) are not told. Each throws GatewayError `VE_OBJECT_NOT_FOUND` for a target that the options do not
 * name; `{ upstream, model: '*' }` stands for all models that are only addressed.
 */
export interface GatewayTargets {
  /** Opens its breaker, until `close`: no probe is let through. Where every target is out, the least bad is tried all the same. */
  open(target: TargetName): TargetStats;
  /**
   * Nothing new is sent to it, until `close`, also where nothing else is left: callers are told 503 `VE_UPSTREAM_DRAINED`. What
   * runs finishes, jobs too; who waits in line goes elsewhere.
   */
  drain(target: TargetName): TargetStats;
  /** Ends either, closes its breaker, whoever opened it, and lets its keys go that rest. A probe that has failed still holds. */
  close(target: TargetName): TargetStats;
}

/** What all targets share. */
export interface TargetParts {
  readonly egress: Egress;
  readonly catalog: Catalog;
  /** Undefined where nothing is kept between requests. */
  readonly turns: Turns | undefined;
  readonly onBreaker: (event: BreakerEvent) => void;
  readonly onProbe: (event: ProbeEvent) => void;
  readonly balances: Balances;
  readonly files: MediaFiles;
  readonly redaction: Redaction;
  /** Undefined where the process keeps what it finds out to itself. */
  readonly shared: SharedHealth | undefined;
}

/** The targets of a gateway, each with its breaker, limit, keys and send. */
export class Targets implements GatewayTargets {
  readonly catalog: Catalog;
  readonly #settings: Settings;
  readonly #egress: Egress;
  readonly #turns: Turns | undefined;
  readonly #onBreaker: (event: BreakerEvent) => void;
  readonly #onProbe: (event: ProbeEvent) => void;
  readonly #probes: ReadonlyMap<string, Probe>;
  readonly #balances: Balances;
  readonly #files: MediaFiles;
  readonly #redaction: Redaction;
  readonly #shared: SharedHealth | undefined;
  readonly #states = new Map<string, TargetState>();
  /** By the names themselves, which a route has the same with each call: to put them together takes longer. */
  readonly #byName = new WeakMap<TargetName, TargetState>();
  /** The names that the operator wrote; callers can make up others. */
  readonly #named: ReadonlySet<string>;
  /** Second attempts are made after what is usual for a target. */
  readonly #isHedged: boolean;
  readonly #rotation = new EventEmitter().setMaxListeners(0);
  #rotationTimer: unknown;

  constructor(settings: Settings, parts: TargetParts) {
    const { egress, catalog, turns, onBreaker, onProbe, balances, files, redaction, shared } = parts;
    this.catalog = catalog;
    this.#settings = settings;
    this.#egress = egress;
    this.#turns = turns;
    this.#onBreaker = onBreaker;
    this.#onProbe = onProbe;
    this.#balances = balances;
    this.#files = files;
    this.#redaction = redaction;
    this.#probes = createProbes(settings, egress, (upstream, result) => this.#probed(upstream, result));
    this.#shared = shared;
    const { models, known } = settings.routing;
    this.#isHedged = [settings, ...models.values()].some(({ hedge }) => measures(hedge));
    const written = [...models.values()].flatMap(targetsOf);
    const sentTo = [...models.values()].flatMap(({ serves, fallbacks }) => [
      ...(typeof serves === 'function' ? destinationsOf(serves) : []),
      ...Object.values(fallbacks ?? {}).flat(),
    ]);
    const reached = sentTo.flatMap((name) => targetsOf(resolveModel(settings.routing, name, true)));
    this.#named = new Set([...written, ...reached, ...[...known.values()].flatMap(targetsOf)].map(nameOf));
    for (const target of [...written, ...reached]) this.#state(target);
    this.#rotate();
    shared?.listen((notice) => this.#hear(notice));
  }

  /** Of now; undefined where it is not known. */
  priceOf(target: TargetName): Price | undefined {
    const state = this.#state(target);
    return priceNow(factsOf(state).prices, state.now);
  }

  /** Who says that price; undefined where nobody does. */
  priceSourceOf(target: TargetName): PriceSource | undefined {
    return factsOf(this.#state(target)).priceSource;
  }

  /** The name under which its state is kept: `*` for the model where a caller has made up its name. */
  nameOf(target: TargetName): TargetName {
    return this.#state(target).name;
  }

  candidate(target: TargetName, routed?: RoutedSettings): TargetCandidate {
    return new TargetCandidate(target, this.#state(target), routed);
  }

  stats(): TargetStats[] {
    return [...this.#states.values()].map((state) => this.#statsOf(state));
  }

  open(target: TargetName): TargetStats {
    const state = this.#known(target);
    state.breaker.holdOpen();
    return this.#statsOf(state);
  }

  drain(target: TargetName): TargetStats {
    const state = this.#known(target);
    state.breaker.drain();
    state.slots.sendAway(drained(target.upstream));
    return this.#statsOf(state);
  }

  close(target: TargetName): TargetStats {
    const state = this.#known(target);
    state.breaker.letGo();
    state.keys.awaken();
    return this.#statsOf(state);
  }

  /** The gateway is closed. */
  end(): void {
    this.#settings.clock.clearTimeout(this.#rotationTimer);
    this.#shared?.close();
    for (const probe of this.#probes.values()) probe.close();
    this.#balances.close();
    for (const { breaker } of this.#states.values()) breaker.close();
  }

  /** An upstream that answers again is tried again. */
  #probed(upstream: string, { outcome, status, error, milliseconds }: ProbeResult): void {
    if (outcome === 'up')
      for (const { name, breaker } of this.#states.values()) if (name.upstream === upstream) breaker.hurry();
    this.#onProbe({
      upstream,
      outcome,
      ...(error === undefined ? {} : { error: error.code }),
      ...(status === undefined ? {} : { upstreamStatus: status }),
      milliseconds,
    });
  }

  /** Does what another process had reason to do. Targets that are not this gateway's are nothing to it. */
  #hear(notice: Notice): void {
    const { upstream, model } = notice;
    const isNamed = this.#named.has(nameOf(notice));
    if (!isNamed && !(model === '*' && Object.hasOwn(this.#settings.upstreams, upstream))) return;
    const { breaker, keys } = this.#state(notice);
    if (notice.type === 'breaker-opening') return breaker.openFor(notice.for, notice.after === 'probe');
    const key = keys.find((value) => digestKey(value) === notice.key);
    if (key !== undefined) keys.rest(key, notice.problem, notice.for);
  }

  #statsOf(state: TargetState): TargetStats {
    return statsOf(state, this.#balances.of(state.name.upstream));
  }

  /** One that the options name. */
  #known(target: TargetName): TargetState {
    const { upstream, model } = target;
    const isAll = model === '*' && Object.hasOwn(this.#settings.upstreams, upstream);
    if (isAll || this.#named.has(nameOf(target))) return this.#state(target);
    throw new GatewayError('VE_OBJECT_NOT_FOUND', { id: nameOf(target), noun: 'Target' });
  }

  /** Models that are only addressed share one state per upstream: callers choose their names, and could make any number. */
  #state(target: TargetName): TargetState {
    const met = this.#byName.get(target);
    if (met !== undefined) return met;
    const key = nameOf(target);
    const isNamed = this.#named.has(key);
    const state = this.#states.get(isNamed ? key : `${target.upstream}/*`) ?? this.#addState(target, isNamed);
    this.#byName.set(target, state);
    return state;
  }

  #addState({ upstream, model }: TargetName, isNamed: boolean): TargetState {
    const state = this.#makeState(isNamed ? { upstream, model } : { upstream, model: '*' });
    this.#states.set(nameOf(state.name), state);
    return state;
  }

  #makeState(name: TargetName): TargetState {
    const { upstreams, clock, layers, timeouts, strict, breaker: breakerOptions } = this.#settings;
    const upstream = upstreams[name.upstream];
    if (upstream === undefined) throw new TypeError(`no upstream ${name.upstream}`);
    const shared = this.#shared;
    const onRest: RestListener = (value, problem, milliseconds) =>
      shared?.tell({ type: 'key-rest', ...name, key: digestKey(value), problem, for: milliseconds });
    const onOpen = (milliseconds: number, isProbe: boolean): void =>
      shared?.tell({
        type: 'breaker-opening',
        ...name,
        after: isProbe ? 'probe' : 'failures',
        for: milliseconds,
      });
    const keys = new KeyRing(upstream.apiKey, clock, {
      onRest: shared && onRest,
      empty: this.#balances.emptyOf(name.upstream),
    });
    const limit = upstream.maxConcurrency;
    const tenantLimit = Math.max(1, Math.floor(limit * this.#settings.tenantShare));
    const slots = new Slots({ upstream: name.upstream, limit, tenantLimit });
    const onChange = (state: BreakerState, byHand?: BreakerEvent['byHand']): void =>
      this.#onBreaker({ target: name, state, ...(byHand === undefined ? {} : { byHand }) });
    const breaker = new Breaker(breakerOptions, { clock, rotation: this.#rotation, onChange, onOpen });
    const asksForProof = typeof upstream.apiKey === 'function' || upstream.signer !== undefined;
    const redaction = this.#redaction(name.upstream, upstream.region);
    const callsOperator = layers.length > 0 || redaction.length > 0 || asksForProof;
    const load = new TargetLoad(clock);
    const latencies = this.#isHedged ? new TargetLatencies() : undefined;
    const measured = latencies === undefined ? [] : [withLatencies(latencies, load, clock)];
    const escape = callsOperator ? [withEscape] : [];
    const talk = sendRealtime({ upstream, keys, clock, egress: this.#egress });
    const ask = sendToUpstream({
      upstream,
      keys,
      clock,
      egress: this.#egress,
      turns: this.#turns,
      files: this.#files,
      isStrict: strict,
      hasOtherKeepers: Object.values(upstreams).filter(keepsResponses).length > 1,
    });
    const send = composeLayers(
      [
        ...escape,
        ...layers,
        ...redaction,
        withSlots(slots),
        withBreaker(breaker),
        withLoad(load, clock),
        ...measured,
      ],
      (call, context) => (call.operation === 'realtime' ? talk : ask)(call, context),
    );
    const { queue, connect, firstByte, idle, write } = { ...timeouts, ...upstream.timeouts };
    return {
      name,
      breaker,
      slots,
      keys,
      load,
      latencies,
      send,
      upstream,
      catalog: this.catalog,
      now: () => wallTime(clock),
      timeouts: { queue, connect, firstByte, idle, write },
      probe: this.#probes.get(name.upstream),
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

/** Whether it has to be known how long a target takes. */
function measures(hedge: Settings['hedge'] | false): boolean {
  return hedge !== undefined && hedge !== false && hedge.after === undefined;
}

function nameOf({ upstream, model }: TargetName): string {
  return `${upstream}/${model}`;
}

/** What it answers in the Responses API, it keeps itself. */
function keepsResponses({ dialect, alsoSpeaks }: Upstream): boolean {
  return dialect === 'openai-responses' || alsoSpeaks.includes('openai-responses');
}
