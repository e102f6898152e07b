import type { Targets } from './create-targets.ts';
import { estimateTokens } from './dialects/estimate-tokens.ts';
import { haveCodecs, loadCodecs } from './dialects/load-codecs.ts';
import { GatewayError } from './errors.ts';
import { Modalities } from './model-modalities.ts';
import type { Call, TargetName } from './protocol/call.ts';
import type { ChatRequest } from './protocol/chat-request.ts';
import { wallTime } from './protocol/clock.ts';
import { costOf } from './protocol/cost-of.ts';
import type { RequestHeaders } from './protocol/exchange.ts';
import type { Expansion } from './protocol/expansion.ts';
import type { Principal } from './protocol/principal.ts';
import type { Usage } from './protocol/usage.ts';
import { type Hedging, Hedgings } from './resilience/hedging.ts';
import { sticky } from './routing/affinity.ts';
import { needsFacts, smallestWindow, tokensOf } from './routing/fit-window.ts';
import { Group } from './routing/group.ts';
import { describeResidency, type Residency } from './routing/residency.ts';
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
  readonly isContinued?: boolean | undefined;
  /** Milliseconds that the whole call may take, where the model has a deadline of its own. */
  readonly total?: number | undefined;
  /** How a prompt is rewritten before it goes on. */
  readonly expansion?: Expansion | undefined;
  /** What the model would have been without a router that saves. */
  readonly baseline: string | undefined;
}

/** A model with targets of its own, and what holds for all calls to it. */
interface Route
  extends Pick<Plan, 'model' | 'fallbacks' | 'hedging' | 'isContinued' | 'total' | 'expansion'> {
  readonly group: Group<TargetCandidate>;
  /** Something hangs on prices or windows. */
  readonly needsFacts: boolean;
  /** Something hangs on what is asked, and not only on how it begins. */
  readonly looksAtChats: boolean;
  /** Tokens; undefined until somebody asks. */
  smallestWindow: number | undefined;
}

/** Whether a target can serve a call at all. */
type Allows = (candidate: TargetCandidate) => boolean;

/** A route, and which of its targets can serve the call. */
interface Choice {
  readonly route: Route;
  readonly able: Allows;
}

/** Routers that send to routers: more than this is a circle. */
const longestWay = 5;

/** Finds out where calls can go. */
export class Planner {
  readonly #settings: Settings;
  readonly #targets: Targets;
  /** Of what the options name; those of models that callers make up are gone with the call. */
  readonly #routes = new WeakMap<RoutedModel, Route>();
  readonly #hedgings: Hedgings;
  readonly #now: () => number;
  readonly modalities: Modalities;

  constructor(settings: Settings, targets: Targets) {
    const { clock } = settings;
    this.#settings = settings;
    this.#now = () => wallTime(clock);
    this.#targets = targets;
    this.modalities = new Modalities(settings);
    this.#hedgings = new Hedgings(settings.hedge, settings.clock);
    // What the cache saves is told in money.
    let needs = settings.cache !== undefined;
    for (const [name, routed] of settings.routing.models) {
      const route = this.#routeOf(name, routed);
      needs ||= typeof route === 'function' ? baselineOf(route) !== undefined : route.needsFacts;
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
    const route = this.#routeOf(name, resolveModel(this.#settings.routing, name, model !== undefined));
    if (typeof route === 'function') return this.#follow(call, request, name, route);
    return this.#planFor(call, request, route);
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
      const route = this.#routeOf(destination, resolveModel(this.#settings.routing, destination, true));
      if (typeof route !== 'function') return { ...(await this.#planFor(call, request, route)), baseline };
      router = route;
    }
    throw misrouted(`the routers of "${name}" go round in circles`);
  }

  /** A promise only where something has to be looked up first: what was said before, prices, or the size of a long question. */
  #planFor(call: Call, request: AskedRequest, route: Route): Plan | Promise<Plan> {
    const said = route.looksAtChats ? call.resolveItems() : undefined;
    return said === undefined
      ? this.#planKnown(call, request, route)
      : said.then(() => this.#planKnown(call, request, route));
  }

  #planKnown(call: Call, request: AskedRequest, route: Route): Plan | Promise<Plan> {
    const able = this.#allowed(call, request, route);
    if (!route.needsFacts) return this.#select(call, request, { route, able });
    const loading = this.#targets.catalog.load();
    if (loading !== undefined) return loading.then(() => this.#planKnown(call, request, route));
    route.smallestWindow ??= smallestWindow(route.group);
    // A token is a byte at least: a question of fewer bytes fits them all.
    const mayOverflow = call.operation === 'chat' && call.bytes.byteLength >= route.smallestWindow;
    return mayOverflow
      ? this.#planLong(call, request, { route, able })
      : this.#select(call, request, { route, able });
  }

  /** Whoever can serve the call and, where it is bound to some upstreams, is one of them. @throws GatewayError `VE_FORBIDDEN` */
  #allowed(call: Call, { residency }: AskedRequest, { group, model }: Route): Allows {
    const able: Allows = (candidate) => candidate.supports(call);
    if (residency === undefined) return able;
    const resident: Allows = (candidate) => candidate.resides(residency) && able(candidate);
    const targets = group.targets;
    if (targets.some(able) && !targets.some(resident)) throw unresident(model, residency);
    return resident;
  }

  /** Leaves out the targets whose window is too small, unless that leaves none. */
  async #planLong(call: Call, request: AskedRequest, { route, able }: Choice): Promise<Plan> {
    await loadCodecs();
    await call.resolveItems();
    const tokens = tokensOf(request);
    const fits: Allows = (candidate) =>
      able(candidate) &&
      (candidate.window === undefined || tokens === undefined || candidate.window >= tokens);
    const doesOneFit = route.group.targets.some(fits);
    return this.#select(call, request, { route, able: doesOneFit ? fits : able });
  }

  #select(call: Call, request: AskedRequest, { route, able }: Choice): Plan {
    const { model, group, fallbacks, hedging, isContinued, total, expansion } = route;
    // Those that make responses in the background, if there are any; else the gateway does it.
    const keepers = call.isBackground
      ? this.#offer(call, request, {
          group,
          allows: (candidate) => able(candidate) && this.keeper(call, candidate.target) !== undefined,
        })
      : undefined;
    const isKept = keepers?.isEmpty === false;
    const candidates =
      keepers !== undefined && isKept ? keepers : this.#offer(call, request, { group, allows: able });
    if (candidates.isEmpty && call.operation !== 'count-tokens')
      throw new GatewayError('VE_OPERATION_UNSUPPORTED', { model });
    return {
      model,
      request,
      candidates,
      isKept,
      fallbacks,
      hedging,
      isContinued,
      total,
      expansion,
      baseline: undefined,
    };
  }

  #offer(
    call: Call,
    request: AskedRequest,
    { group, allows }: { readonly group: Group<TargetCandidate>; readonly allows: Allows },
  ): Selection<TargetCandidate> {
    const upstream = call.previous?.upstream;
    const { prefers } = call;
    return new Selection(group, {
      random: this.#settings.random,
      request,
      allows,
      onAffinity: (affinity) => {
        call.affinity = affinity;
      },
      // Who keeps a conversation need not be told all of it again.
      prefers:
        upstream === undefined
          ? prefers && (({ target }) => prefers(target))
          : ({ target }) => target.upstream === upstream,
    });
  }

  /** The target, if it keeps its answer to the call: an upstream that is spoken to in the Responses API does. */
  keeper(call: Call, target: TargetName | undefined): TargetName | undefined {
    const served = target && this.#settings.upstreams[target.upstream];
    if (served === undefined) return undefined;
    return dialectFor(call, served, target?.model ?? '') === 'openai-responses' ? target : undefined;
  }

  /** What a router that saves has saved with a call: nano-dollars, about; undefined where a price is not known. */
  savingOf({ baseline }: Plan): ((target: TargetName, usage: Usage) => number | undefined) | undefined {
    if (baseline === undefined) return undefined;
    const [instead] = targetsOf(resolveModel(this.#settings.routing, baseline, true));
    return (target, usage) => {
      const price = this.#targets.priceOf(target);
      const other = instead && this.#targets.priceOf(instead);
      return price && other && costOf(usage, other) - costOf(usage, price);
    };
  }

  /** One target, whatever the routes say. @throws GatewayError `VE_OPERATION_UNSUPPORTED` for an upstream that is not there any more. */
  only(call: Call, asker: Asker, target: TargetName): Plan {
    // Kept by a gateway that had other upstreams.
    if (!Object.hasOwn(this.#settings.upstreams, target.upstream))
      throw new GatewayError('VE_OPERATION_UNSUPPORTED', { model: target.model });
    const candidate = this.#targets.candidate(target);
    const group = new Group({ members: [candidate], pick: makeStrategy('priority') });
    const request = this.#see(call, asker);
    const { residency } = request;
    if (residency !== undefined && !candidate.resides(residency)) throw unresident(target.model, residency);
    const candidates = this.#offer(call, request, { group, allows: () => true });
    const { model } = target;
    return { model, request, candidates, isKept: false, fallbacks: undefined, baseline: undefined };
  }

  /** What the name of a model stands for: its targets, or the function that says which model serves. */
  #routeOf(name: string, routed: RoutedModel): Route | Router {
    const { serves, fallbacks, timeouts, hedge, continuation, expansion } = routed;
    if (typeof serves === 'function') return serves;
    const known = this.#routes.get(routed);
    if (known !== undefined) return known;
    const route = {
      model: name,
      group: this.#build(serves, timeouts),
      fallbacks,
      hedging: this.#hedgings.of(hedge),
      isContinued: continuation ?? this.#settings.continuation,
      total: timeouts?.total,
      expansion,
      needsFacts: needsFacts(serves),
      looksAtChats: looksAtChats(serves),
      smallestWindow: undefined,
    };
    this.#routes.set(routed, route);
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

function unresident(model: string, residency: Residency): GatewayError {
  const reason = `no upstream ${describeResidency(residency)} serves the model "${model}", and the call is bound to these`;
  return new GatewayError('VE_FORBIDDEN', { model, reason });
}

/** A mistake of the operator's function: its words are in the log. */
function misrouted(reason: string): GatewayError {
  return new GatewayError('VE_INTERNAL', {}, { cause: new TypeError(reason) });
}
