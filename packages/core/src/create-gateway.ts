import type { CacheStats } from './cache/response-cache.ts';
import { Catalog } from './catalog/catalog.ts';
import { type TargetStats, Targets } from './create-targets.ts';
import { type Explanation, explainCall } from './explain-call.ts';
import { Pass } from './gateway.ts';
import { type Route as HttpRoute, routes } from './http/route-table.ts';
import { type Fetch, toFetch } from './http/to-fetch.ts';
import { guardStore } from './memory/guard-store.ts';
import { memoryStore } from './memory/memory-store.ts';
import { RememberedTurns } from './memory/remembered-turns.ts';
import { Observer, type Totals } from './observe/observer.ts';
import { CacheDesk, type GatewayCache } from './open-cache.ts';
import { Planner } from './plan-call.ts';
import type {
  BalanceEvent,
  BreakerEvent,
  GatewayEvents,
  ProbeEvent,
  SharedEvent,
} from './protocol/events.ts';
import type { ExchangeHandler } from './protocol/exchange.ts';
import type { ModelCard } from './protocol/model-card.ts';
import type { Principal } from './protocol/principal.ts';
import type { Store } from './protocol/store.ts';
import { Deadlines } from './resilience/deadlines.ts';
import { Lifecycle } from './resilience/lifecycle.ts';
import { type RequestListener, RequestScope } from './resilience/request-scope.ts';
import { RetryBudget } from './resilience/retry-budget.ts';
import { SharedHealth } from './resilience/share-health.ts';
import { ResponseDesk } from './response-desk.ts';
import { looksAtChats, resolveModel, targetsOf } from './routing/resolve-model.ts';
import type { GatewayOptions, ModelName, Upstreams } from './settings/options.ts';
import { resolveSettings } from './settings/resolve-settings.ts';
import type { Settings } from './settings/settings.ts';
import { Egress } from './upstreams/egress.ts';
import { type BalanceStats, Balances } from './upstreams/watch-balances.ts';

/** A model that callers can name. */
export interface Model<Name extends string = string> {
  readonly id: Name;
  /** In the order in which they are tried. */
  readonly targets: readonly { readonly upstream: string; readonly model: string }[];
}

export interface GatewayStats extends Totals {
  readonly targets: readonly TargetStats[];
  /** What is left on the accounts of upstreams whose option `balance` says that it is read. */
  readonly balances: readonly BalanceStats[];
  /** Undefined where nothing is cached. */
  readonly cache: CacheStats | undefined;
}

export interface CloseOptions {
  /** Milliseconds that requests under way may still take. Default 30,000. */
  readonly grace?: number;
}

/** The gateway: mount it, call it in process, watch it, close it. */
export interface Gateway<Name extends string = string> extends ExchangeHandler {
  /** Usable as the `fetch` of any vendor's SDK, and as a handler of `Request`s. No socket is involved. */
  readonly fetch: Fetch;
  /** What callers can put into `model`, `upstream/model` apart. */
  models(): Model<Name>[];
  /** The addresses below the mount. */
  routes(): readonly HttpRoute[];
  stats(): GatewayStats;
  /** What is cached can be forgotten. */
  readonly cache: GatewayCache;
  /**
   * Where a request would go, and why; nothing is sent. `principal`: who is to be taken for the caller.
   *
   * @throws GatewayError what the caller would be refused with before anything is sent
   */
  explain(request: Request, principal?: Principal): Promise<Explanation>;
  /** Returns the function that takes the listener off again. */
  on<Event extends keyof GatewayEvents>(
    event: Event,
    listener: (event: GatewayEvents[Event]) => void,
  ): () => void;
  /** Refuses new requests, lets those under way finish, then closes every connection. The host's server is not touched. */
  close(options?: CloseOptions): Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * Makes a gateway from its options. Nothing is connected before the first request, but for what `shared` listens to, and
 * for the balances and probes that the upstreams' options ask for.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that names the option and says the cure.
 */
export function createGateway<
  const U extends Upstreams,
  // Nothing named: the catalogued models, see ModelName.
  Name extends string = never,
  HostRequest = unknown,
>(options: GatewayOptions<HostRequest, U, Name>): Gateway<ModelName<U, Name>> {
  // The options are checked as a whole now, by value; their types have done their work.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return wire(resolveSettings(options as GatewayOptions)) as Gateway<ModelName<U, Name>>;
}

/** Settings to rooms, rooms to the pass. */
function wire(settings: Settings): Gateway {
  const { clock, logger, retry, timeouts, random } = settings;
  const observer = new Observer(clock, logger);
  const egress = new Egress(timeouts.connect);
  const store = openStore(settings);
  const turns = store && new RememberedTurns(store, logger);
  const catalog = new Catalog(settings.catalog, (error) =>
    logger.warn({ error }, 'the catalogue of prices cannot be loaded'),
  );
  const onBreaker = (event: BreakerEvent): void => observer.events.emit('breaker', () => event);
  const onProbe = (event: ProbeEvent): void => observer.events.emit('probe', () => event);
  const onChange = (event: BalanceEvent): void => observer.events.emit('balance', () => event);
  const balances = new Balances(settings.upstreams, { egress, clock, random, logger, onChange });
  const onReach = (event: SharedEvent): void => observer.events.emit('shared', () => event);
  const shared = settings.shared && new SharedHealth(settings.shared, { clock, logger, onReach });
  const targets = new Targets(settings, { egress, catalog, turns, onBreaker, onProbe, balances, shared });
  const deadlines = new Deadlines(clock);
  const lifecycle: Lifecycle<RequestListener> = new Lifecycle((record) => new RequestScope(parts, record));
  const parts = { clock, deadlines, logger, total: timeouts.total, leave: lifecycle.leave };
  const catalogue = new Catalogue(settings);
  const isOpen = settings.identify === undefined;
  const desk = new ResponseDesk(store, { clock, logger, isOpen, total: settings.longestTotal });
  const planner = new Planner(settings, targets);
  const cache = new CacheDesk(settings, {
    observer,
    lifecycle,
    priceOf: (target) => targets.priceOf(target),
  });
  const pass = new Pass({
    observer,
    lifecycle,
    identify: settings.identify,
    body: { limit: settings.bodyLimit, timeout: timeouts.body },
    readsChats: readsChats(settings),
    patience: timeouts.write,
    policy: {
      budget: new RetryBudget(retry.ratio, retry.savings),
      retries: retry.rounds,
      longestPause: retry.longestPause,
      random,
    },
    planner,
    cache: cache.room,
    local: {
      desk,
      listModels: () => catalogue.cards,
      getModel: (id) => catalogue.card(id),
    },
  });
  const close = makeClose(settings, { lifecycle, deadlines, targets, egress, desk, cache });
  return {
    handle: (exchange) => pass.handle(exchange),
    fetch: toFetch(pass),
    models: () => [...catalogue.models],
    routes: () => routes,
    stats: () => ({
      ...observer.totals,
      targets: targets.stats(),
      balances: balances.stats(),
      cache: cache.stats,
    }),
    cache: { invalidate: (which) => cache.invalidate(which) },
    explain: (request, principal) =>
      explainCall(request, principal, { planner, desk, bodyLimit: settings.bodyLimit }),
    on: (event, listener) => observer.events.on(event, listener),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** An upstream speaks another dialect than OpenAI's, a route looks at what is asked, or an answer may be gone on with, or kept. */
function readsChats({ upstreams, routing, continuation, cache }: Settings): boolean {
  const isForeign = Object.values(upstreams).some(({ dialect }) => dialect !== 'openai-chat');
  const models = [...routing.models.values()];
  const looksAtAnswers = continuation || cache !== undefined;
  return (
    looksAtAnswers || isForeign || models.some((model) => model.continuation || looksAtChats(model.serves))
  );
}

/** Undefined where nothing is to be kept. */
function openStore({ memory, clock }: Settings): Store | undefined {
  if (memory === false) return undefined;
  return memory === undefined ? memoryStore({ clock }) : guardStore(memory, clock);
}

/** What there is to list. */
class Catalogue {
  readonly #settings: Settings;
  readonly #created: number;
  readonly models: Model[];
  readonly cards: readonly ModelCard[];

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#created = Math.floor(settings.clock.now() / 1000);
    this.models = [...settings.routing.models].map(([id, routed]) => ({
      id,
      targets: targetsOf(routed).map(({ upstream, model }) => ({ upstream, model })),
    }));
    this.cards = this.models.map(({ id }) => this.card(id));
  }

  card(id: string): ModelCard {
    const [first] = targetsOf(resolveModel(this.#settings.routing, id));
    const upstream = first === undefined ? undefined : this.#settings.upstreams[first.upstream];
    return { id, created: this.#created, ownedBy: upstream?.vendor ?? 'vector-engine' };
  }
}

interface Closable {
  readonly lifecycle: Lifecycle<RequestListener>;
  readonly deadlines: Deadlines;
  readonly targets: Targets;
  readonly egress: Egress;
  readonly desk: ResponseDesk;
  readonly cache: CacheDesk;
}

/** Milliseconds that a caller has to take the end of a stream that the gateway's own end cut short. */
const lastWord = 1000;

/** Closing twice is closing once. */
function makeClose(
  { clock }: Settings,
  { lifecycle, deadlines, targets, egress, desk, cache }: Closable,
): (options?: CloseOptions) => Promise<void> {
  let closing: Promise<void> | undefined;
  const close = async (grace: number): Promise<void> => {
    const timers: unknown[] = [];
    const after = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        timers.push(clock.setTimeout(resolve, milliseconds));
      });
    await lifecycle.drain(after(grace), () => after(lastWord));
    await desk.settled();
    for (const timer of timers) clock.clearTimeout(timer);
    deadlines.close();
    cache.close();
    targets.close();
    await egress.close();
  };
  return (options = {}) => {
    closing ??= close(options.grace ?? 30_000);
    return closing;
  };
}
