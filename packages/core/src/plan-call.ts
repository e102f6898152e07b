import type { Targets } from './create-targets.ts';
import { estimateTokens } from './dialects/estimate-tokens.ts';
import { haveCodecs, loadCodecs } from './dialects/load-codecs.ts';
import { GatewayError } from './errors.ts';
import type { Call, TargetName } from './protocol/call.ts';
import type { ChatRequest } from './protocol/chat-request.ts';
import { wallTime } from './protocol/clock.ts';
import { costOf } from './protocol/cost-of.ts';
import type { RequestHeaders } from './protocol/exchange.ts';
import type { Principal } from './protocol/principal.ts';
import type { Price } from './protocol/target-view.ts';
import type { Usage } from './protocol/usage.ts';
import { type Hedging, Hedgings } from './resilience/hedging.ts';
import { sticky } from './routing/affinity.ts';
import { needsFacts, smallestWindow, tokensOf } from './routing/fit-window.ts';
import { Group, listTargets } from './routing/group.ts';
import {
  type Fallbacks,
  looksAtChats,
  type ModelTimeouts,
  type RoutedGroup,
  type RoutedModel,
  resolveModel,
  targetsOf,
} from './routing/resolve-model.ts';
import { AskedRequest, type RouteRequest } from './routing/route-request.ts';
import { baselineOf, type Router } from './routing/router.ts';
import { Selection } from './routing/selection.ts';
import { makeStrategy } from './routing/strategies/named.ts';
import type { Settings } from './settings/settings.ts';
import type { TargetCandidate } from './target-candidate.ts';
import { dialectFor } from './upstreams/send-to-upstream.ts';

/** Who asks, and with which headers: routes may look at them. */
export interface Asker {
  readonly principal: Principal | undefined;
  readonly headers: RequestHeaders;
}

/** Where a call can go, and what follows where none of it answers. */
export interface Plan {
  /** The model that serves: what callers name may be a router's. */
  readonly model: string;
  /** The call, as routes see it. */
  readonly request: RouteRequest;
  /** None where the gateway counts tokens by itself. */
  readonly candidates: Selection<TargetCandidate>;
  /** An upstream makes it in the background, and the caller asks there for it later. */
  readonly isKept: boolean;
  readonly fallbacks: Fallbacks | undefined;
  /** Undefined where a slow target is waited for. */
  readonly hedging?: Hedging | undefined;
  /** A stream that breaks off is gone on with. */
  readonly isContinued?: boolean;
  /** Milliseconds that the whole call may take, where the model has a deadline of its own. */
  readonly total?: number | undefined;
  /** What the model would have been without a router that saves. */
  readonly baseline: string | undefined;
}

/** A model with targets of its own. */
interface Served extends Omit<RoutedModel, 'serves'> {
  readonly model: string;
  readonly serves: RoutedGroup;
  /** Whether a target can read so much. Left out: any. */
  readonly fits?: (candidate: TargetCandidate) => boolean;
}

/** Targets of a route, with what they have in common. */
interface BuiltRoute {
  readonly group: Group<TargetCandidate>;
  /** Something hangs on prices or windows. */
  readonly needsFacts: boolean;
  /** Something hangs on what is asked, and not only on how it begins. */
  readonly looksAtChats: boolean;
  /** Tokens; undefined until somebody asks. */
  smallestWindow: number | undefined;
}

/** Routers that send to routers: more than this is a circle. */
const longestWay = 5;

/** Finds out where calls can go. */
export class Planner {
  readonly #settings: Settings;
  readonly #targets: Targets;
  /** Of what the options name; those of models that callers make up are gone with the call. */
  readonly #routes = new WeakMap<RoutedGroup, BuiltRoute>();
  readonly #hedgings: Hedgings;

  readonly #now: () => number;

  constructor(settings: Settings, targets: Targets) {
    const { clock } = settings;
    this.#settings = settings;
    this.#now = () => wallTime(clock);
    this.#targets = targets;
    this.#hedgings = new Hedgings(settings.hedge, settings.clock);
    // What the cache saves is told in money.
    let needs = settings.cache !== undefined;
    for (const { serves, timeouts } of settings.routing.models.values()) {
      if (typeof serves === 'function') needs ||= baselineOf(serves) !== undefined;
      else needs = this.#routeOf({ serves, timeouts }).needsFacts || needs;
    }
    // Now, and not while the first calls wait; this takes tens of milliseconds, so it is not done for nothing.
    if (needs) void targets.catalog.load();
  }

  /**
   * `model`: in place of the one that the call names, where it goes on to another. A promise only where a router has to
   * look at something first.
   *
   * @throws GatewayError `VE_MODEL_NOT_FOUND`, `VE_OPERATION_UNSUPPORTED`
   */
  plan(call: Call, asker: Asker, model?: string): Plan | Promise<Plan> {
    const name = model ?? call.model;
    const request = this.#see(call, asker);
    const routed = resolveModel(this.#settings.routing, name, model !== undefined);
    const { serves } = routed;
    if (typeof serves === 'function') return this.#follow(call, request, name, serves);
    return this.#planFor(call, request, { ...routed, model: name, serves });
  }

  /** What models cost and can read is looked up where somebody needs it; undefined once it is there. */
  loadFacts(): Promise<void> | undefined {
    return this.#targets.catalog.load();
  }

  #see(call: Call, { principal, headers }: Asker): AskedRequest {
    return new AskedRequest(call, { principal, headers, clock: this.#now, canRead: haveCodecs, countTokens });
  }

  /** Asks a router, and the one that it sends to, until one names a model. */
  async #follow(call: Call, request: AskedRequest, name: string, first: Router): Promise<Plan> {
    await call.resolveItems();
    let router = first;
    let baseline: string | undefined;
    for (let step = 0; step < longestWay; step++) {
      const destination: unknown = await router(request);
      baseline ??= baselineOf(router);
      if (destination === undefined) throw new GatewayError('VE_MODEL_NOT_FOUND', { model: name });
      if (typeof destination !== 'string')
        throw misrouted(
          `the router of "${name}" returned ${typeof destination}; it must return the name of a model`,
        );
      const routed = resolveModel(this.#settings.routing, destination, true);
      const { serves } = routed;
      if (typeof serves !== 'function')
        return {
          ...(await this.#planFor(call, request, { ...routed, model: destination, serves })),
          baseline,
        };
      router = serves;
    }
    throw misrouted(`the routers of "${name}" go round in circles`);
  }

  /** A promise only where something has to be looked up first: what was said before, prices, or the size of a long question. */
  #planFor(call: Call, request: AskedRequest, served: Served): Plan | Promise<Plan> {
    const said = this.#routeOf(served).looksAtChats ? call.resolveItems() : undefined;
    return said === undefined
      ? this.#planKnown(call, request, served)
      : said.then(() => this.#planKnown(call, request, served));
  }

  #planKnown(call: Call, request: AskedRequest, served: Served): Plan | Promise<Plan> {
    const route = this.#routeOf(served);
    if (!route.needsFacts) return this.#select(call, request, served);
    const loading = this.#targets.catalog.load();
    if (loading !== undefined) return loading.then(() => this.#planKnown(call, request, served));
    route.smallestWindow ??= smallestWindow(route.group);
    // A token is a byte at least: a question of fewer bytes fits them all.
    const mayOverflow = call.operation === 'chat' && call.bytes.byteLength >= route.smallestWindow;
    return mayOverflow ? this.#planLong(call, request, served) : this.#select(call, request, served);
  }

  /** Leaves out the targets whose window is too small, unless that leaves none. */
  async #planLong(call: Call, request: AskedRequest, served: Served): Promise<Plan> {
    await loadCodecs();
    await call.resolveItems();
    const tokens = tokensOf(request);
    const fits = ({ window }: TargetCandidate): boolean =>
      window === undefined || tokens === undefined || window >= tokens;
    const { group } = this.#routeOf(served);
    const doesOneFit = listTargets(group).some((candidate) => candidate.supports(call) && fits(candidate));
    return this.#select(call, request, doesOneFit ? { ...served, fits } : served);
  }

  #select(call: Call, request: AskedRequest, served: Served): Plan {
    const { model, fallbacks, timeouts, hedge, continuation, fits } = served;
    const { group } = this.#routeOf(served);
    const upstream = call.previous?.upstream;
    const { random } = this.#settings;
    const make = (allows: (candidate: TargetCandidate) => boolean): Selection<TargetCandidate> =>
      new Selection(group, {
        random,
        request,
        allows,
        onAffinity: (affinity) => {
          call.affinity = affinity;
        },
        // Who keeps a conversation need not be told all of it again.
        prefers: upstream === undefined ? undefined : ({ target }) => target.upstream === upstream,
      });
    const able = (candidate: TargetCandidate): boolean =>
      candidate.supports(call) && (fits === undefined || fits(candidate));
    // Those that make responses in the background, if there are any; else the gateway does it.
    const keepers = call.isBackground
      ? make((candidate) => able(candidate) && this.keeper(call, candidate.target) !== undefined)
      : undefined;
    const isKept = keepers?.isEmpty === false;
    const candidates = keepers !== undefined && isKept ? keepers : make(able);
    if (candidates.isEmpty && call.operation !== 'count-tokens')
      throw new GatewayError('VE_OPERATION_UNSUPPORTED', { model });
    const hedging = this.#hedgings.of(hedge);
    const isContinued = continuation ?? this.#settings.continuation;
    const { total } = timeouts ?? {};
    return {
      model,
      request,
      candidates,
      isKept,
      fallbacks,
      hedging,
      isContinued,
      total,
      baseline: undefined,
    };
  }

  /** The target, if it keeps its answer to the call: an upstream that is spoken to in the Responses API does. */
  keeper(call: Call, target: TargetName | undefined): TargetName | undefined {
    const served = target && this.#settings.upstreams[target.upstream];
    if (served === undefined) return undefined;
    return dialectFor(call, served, target?.model ?? '') === 'openai-responses' ? target : undefined;
  }

  #priceOf(target: TargetName): Price | undefined {
    return this.#targets.candidate(target).price;
  }

  /** What a router that saves has saved with a call: nano-dollars, about; undefined where a price is not known. */
  savingOf({ baseline }: Plan): ((target: TargetName, usage: Usage) => number | undefined) | undefined {
    if (baseline === undefined) return undefined;
    const [instead] = targetsOf(resolveModel(this.#settings.routing, baseline, true));
    return (target, usage) => {
      const price = this.#priceOf(target);
      const other = instead && this.#priceOf(instead);
      return price && other && costOf(usage, other) - costOf(usage, price);
    };
  }

  /** One target, whatever the routes say. @throws GatewayError `VE_OPERATION_UNSUPPORTED` for an upstream that is not there any more. */
  only(call: Call, asker: Asker, target: TargetName): Plan {
    // Kept by a gateway that had other upstreams.
    if (!Object.hasOwn(this.#settings.upstreams, target.upstream))
      throw new GatewayError('VE_OPERATION_UNSUPPORTED', { model: target.model });
    const group = new Group({ members: [this.#targets.candidate(target)], pick: makeStrategy('priority') });
    const { random } = this.#settings;
    const request = this.#see(call, asker);
    const candidates = new Selection(group, { random, request, allows: any });
    const { model } = target;
    return { model, request, candidates, isKept: false, fallbacks: undefined, baseline: undefined };
  }

  #routeOf({ serves, timeouts }: Pick<Served, 'serves' | 'timeouts'>): BuiltRoute {
    const known = this.#routes.get(serves);
    if (known !== undefined) return known;
    const group = this.#build(serves, timeouts);
    const route = {
      group,
      needsFacts: needsFacts(serves),
      looksAtChats: looksAtChats(serves),
      smallestWindow: undefined,
    };
    this.#routes.set(serves, route);
    return route;
  }

  #build(
    { members, strategy, affinity, weight }: RoutedGroup,
    timeouts: ModelTimeouts | undefined,
  ): Group<TargetCandidate> {
    const pick = makeStrategy(strategy);
    return new Group<TargetCandidate>({
      members: members.map((member) =>
        'members' in member
          ? this.#build(member, timeouts)
          : this.#targets.candidate(member, { weight: member.weight, timeouts }),
      ),
      pick: affinity === undefined ? pick : sticky(affinity, pick),
      weight,
    });
  }
}

const countTokens = (chat: ChatRequest): number => estimateTokens(chat).input;

const any = (): boolean => true;

/** A mistake of the operator's function: its words are in the log. */
function misrouted(reason: string): GatewayError {
  return new GatewayError('VE_INTERNAL', {}, { cause: new TypeError(reason) });
}
