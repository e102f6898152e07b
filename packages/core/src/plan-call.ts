import type { Targets } from './create-targets.ts';
import { estimateTokens } from './dialects/estimate-tokens.ts';
import { haveCodecs } from './dialects/load-codecs.ts';
import { GatewayError } from './errors.ts';
import type { Call, TargetName } from './protocol/call.ts';
import { wallTime } from './protocol/clock.ts';
import type { RequestHeaders } from './protocol/exchange.ts';
import type { Principal } from './protocol/principal.ts';
import { sticky } from './routing/affinity.ts';
import { Group } from './routing/group.ts';
import { type Fallbacks, type RoutedGroup, resolveModel } from './routing/resolve-model.ts';
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
  /** What the model would have been without a router that saves. */
  readonly baseline: string | undefined;
}

/** A model with targets of its own. */
interface Served {
  readonly model: string;
  readonly serves: RoutedGroup;
  readonly fallbacks: Fallbacks | undefined;
}

/** Routers that send to routers: more than this is a circle. */
const longestWay = 5;

/** Finds out where calls can go. */
export class Planner {
  readonly #settings: Settings;
  readonly #targets: Targets;
  /** Of what the options name; those of models that callers make up are gone with the call. */
  readonly #groups = new WeakMap<RoutedGroup, Group<TargetCandidate>>();

  constructor(settings: Settings, targets: Targets) {
    this.#settings = settings;
    this.#targets = targets;
    for (const { serves } of settings.routing.models.values())
      if (typeof serves !== 'function') this.#groupOf(serves);
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
    const { serves, fallbacks } = routed;
    if (typeof serves === 'function') return this.#follow(call, request, name, serves);
    return this.#planFor(call, request, { model: name, serves, fallbacks });
  }

  #see(call: Call, asker: Asker): AskedRequest {
    const { clock } = this.#settings;
    return new AskedRequest(call, {
      ...asker,
      clock: () => wallTime(clock),
      canRead: haveCodecs,
      countTokens: (chat) => estimateTokens(chat).input,
    });
  }

  /** Asks a router, and the one that it sends to, until one names a model. */
  async #follow(call: Call, request: AskedRequest, name: string, first: Router): Promise<Plan> {
    await call.resolveItems();
    let router = first;
    let baseline: string | undefined;
    for (let step = 0; step < longestWay; step++) {
      const destination = await router(request);
      baseline ??= baselineOf(router);
      if (destination === undefined) throw new GatewayError('VE_MODEL_NOT_FOUND', { model: name });
      const { serves, fallbacks } = resolveModel(this.#settings.routing, destination, true);
      if (typeof serves !== 'function')
        return { ...this.#planFor(call, request, { model: destination, serves, fallbacks }), baseline };
      router = serves;
    }
    throw new GatewayError(
      'VE_INTERNAL',
      {},
      { cause: new Error(`the routers of "${name}" go round in circles`) },
    );
  }

  #planFor(call: Call, request: AskedRequest, { model, serves, fallbacks }: Served): Plan {
    const group = this.#groupOf(serves);
    const upstream = call.previous?.upstream;
    const { random } = this.#settings;
    const make = (allows: (candidate: TargetCandidate) => boolean): Selection<TargetCandidate> =>
      new Selection(group, {
        random,
        request,
        allows,
        // Who keeps a conversation need not be told all of it again.
        prefers: upstream === undefined ? undefined : ({ target }) => target.upstream === upstream,
      });
    const able = (candidate: TargetCandidate): boolean => candidate.supports(call);
    // Those that make responses in the background, if there are any; else the gateway does it.
    const keepers = call.isBackground
      ? make((candidate) => able(candidate) && this.keeper(call, candidate.target) !== undefined)
      : undefined;
    const isKept = keepers?.isEmpty === false;
    const candidates = keepers !== undefined && isKept ? keepers : make(able);
    if (candidates.isEmpty && call.operation !== 'count-tokens')
      throw new GatewayError('VE_OPERATION_UNSUPPORTED', { model });
    return { model, request, candidates, isKept, fallbacks, baseline: undefined };
  }

  /** The target, if it keeps its answer to the call: an upstream that is spoken to in the Responses API does. */
  keeper(call: Call, target: TargetName | undefined): TargetName | undefined {
    const served = target && this.#settings.upstreams[target.upstream];
    if (served === undefined) return undefined;
    return dialectFor(call, served, target?.model ?? '') === 'openai-responses' ? target : undefined;
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

  #groupOf(serves: RoutedGroup): Group<TargetCandidate> {
    const known = this.#groups.get(serves);
    if (known !== undefined) return known;
    const group = this.#build(serves);
    this.#groups.set(serves, group);
    return group;
  }

  #build({ members, strategy, affinity, weight }: RoutedGroup): Group<TargetCandidate> {
    const pick = makeStrategy(strategy);
    return new Group<TargetCandidate>({
      members: members.map((member) =>
        'members' in member ? this.#build(member) : this.#targets.candidate(member, member.weight),
      ),
      pick: affinity === undefined ? pick : sticky(affinity, pick),
      weight,
    });
  }
}

const any = (): boolean => true;
