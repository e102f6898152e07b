import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Budgets } from './access/budgets.ts';
import { AdminDesk } from './admin/admin-desk.ts';
import type { GatewayKeys } from './admin/gateway-keys.ts';
import { UsageDesk } from './admin/usage-desk.ts';
import type { CacheStats } from './cache/response-cache.ts';
import { Catalog } from './catalog/catalog.ts';
import { type CloseOptions, makeClose } from './close-gateway.ts';
import { type TargetStats, Targets } from './create-targets.ts';
import { type Explanation, explainCall } from './explain-call.ts';
import { openFiles } from './files/open-files.ts';
import { Pass } from './gateway.ts';
import { RouteTable } from './http/native-routes.ts';
import type { Route as HttpRoute } from './http/route-table.ts';
import { type Fetch, toFetch } from './http/to-fetch.ts';
import { JobDoor } from './jobs/job-door.ts';
import { MemoryKeys } from './ledger/memory/memory-keys.ts';
import { type Model, ModelList, tellSunsets } from './list-models.ts';
import { guardStore } from './memory/guard-store.ts';
import { memoryStore } from './memory/memory-store.ts';
import { RememberedTurns } from './memory/remembered-turns.ts';
import { openNative } from './native/open-native.ts';
import { Observer, type Totals } from './observe/observer.ts';
import { type LedgerStats, openBooks } from './open-books.ts';
import { CacheDesk, type GatewayCache } from './open-cache.ts';
import { openContents } from './open-contents.ts';
import { openKeys } from './open-keys.ts';
import { openRedaction } from './open-redaction.ts';
import { Planner } from './plan-call.ts';
import type {
  BalanceEvent,
  BreakerEvent,
  GatewayEvents,
  ProbeEvent,
  SharedEvent,
} from './protocol/events.ts';
import type { ExchangeHandler } from './protocol/exchange.ts';
import type { Principal } from './protocol/principal.ts';
import type { Store } from './protocol/store.ts';
import type { TaskRecord } from './protocol/task.ts';
import { Deadlines } from './resilience/deadlines.ts';
import { Lifecycle } from './resilience/lifecycle.ts';
import type { RequestListener } from './resilience/request-listener.ts';
import { RequestScope } from './resilience/request-scope.ts';
import { RetryBudget } from './resilience/retry-budget.ts';
import { SharedHealth } from './resilience/share-health.ts';
import { ResponseDesk } from './response-desk.ts';
import type { Rooms } from './rooms.ts';
import { looksAtChats } from './routing/resolve-model.ts';
import { Guards } from './run-guards.ts';
import { UpgradePass } from './serve-upgrade.ts';
import type { GatewayOptions, ModelName, Upstreams } from './settings/options.ts';
import { resolveSettings } from './settings/resolve-settings.ts';
import type { Settings } from './settings/settings.ts';
import { memoryStorage } from './tasks/memory-storage.ts';
import { Egress } from './upstreams/egress.ts';
import { type BalanceStats, Balances } from './upstreams/watch-balances.ts';

export interface GatewayStats extends Totals {
  readonly targets: readonly TargetStats[];
  /** What is left on the accounts of upstreams whose option `balance` says that it is read. */
  readonly balances: readonly BalanceStats[];
  /** Undefined where nothing is cached. */
  readonly cache: CacheStats | undefined;
  /** Undefined where nothing is written down. */
  readonly ledger: LedgerStats | undefined;
}

export type { CloseOptions } from './close-gateway.ts';

/** Jobs, by their ids. */
export interface GatewayTasks {
  /** Rejects with `VE_STORE_FAILED`. */
  find(id: string): Promise<TaskRecord | undefined>;
  /**
   * First as it is, then whenever it has changed, until it is over; nothing where it is not there. However many watch, the
   * upstream is asked once an interval.
   */
  watch(id: string): AsyncIterableIterator<TaskRecord, undefined>;
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
  /** Virtual keys: hands them out, and takes them back. */
  readonly keys: GatewayKeys;
  /** Jobs, whosever they are. */
  readonly tasks: GatewayTasks;
  /** What may be spent, and what was. */
  readonly budgets: Budgets;
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
  /**
   * Serves WebSockets at `/v1/realtime`, below any mount: `server.on('upgrade', gateway.upgrade)`. False where the path is
   * another: the socket has not been touched then, unless nobody else listens, in which case it is a 404.
   */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
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
  tellSunsets(settings, logger);
  const observer = new Observer(clock, logger);
  const egress = new Egress(timeouts.connect);
  const redaction = openRedaction(settings.redaction, { clock, egress });
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
  const storage = settings.storage ?? memoryStorage();
  const files = openFiles(settings, { egress, blobs: storage.blobs });
  const targets = new Targets(settings, {
    egress,
    catalog,
    turns,
    onBreaker,
    onProbe,
    balances,
    files,
    redaction,
    shared,
  });
  const deadlines = new Deadlines(clock);
  const lifecycle: Lifecycle<RequestListener> = new Lifecycle((record) => new RequestScope(parts, record));
  const parts = { clock, deadlines, logger, total: timeouts.total, leave: lifecycle.leave };
  const list = new ModelList(settings, catalog);
  const { isOpen } = settings;
  const books = openBooks(settings, { observer, targets });
  const { ledger, budgets } = books;
  const keys = openKeys(settings, ledger?.keys ?? new MemoryKeys());
  const usage = new UsageDesk({ ledger, budgetsOf: (principal) => books.desk.state(principal), clock });
  const desk = new ResponseDesk(store, { clock, logger, isOpen, total: settings.longestTotal });
  const planner = new Planner(settings, targets);
  const cache = new CacheDesk(settings, {
    observer,
    lifecycle,
    priceOf: (target) => targets.priceOf(target),
  });
  const policy = {
    budget: new RetryBudget(retry.ratio, retry.savings),
    retries: retry.rounds,
    longestPause: retry.longestPause,
    random,
  };
  const jobs = new JobDoor(settings.upstreams, async () => {
    const { openJobs } = await import('./jobs/open-jobs.ts');
    return openJobs(settings, {
      storage,
      files,
      planner,
      targets,
      policy,
      lifecycle,
      observer,
      egress,
      settleHold: async (id, cost) => books.desk.settleById(id, cost),
      rooms: () => rooms,
    });
  });
  // An earlier process may have left some.
  if (settings.storage !== undefined)
    jobs.open().catch((error: unknown) => logger.error({ error }, 'jobs cannot be gone on with'));
  const routes = new RouteTable(settings.doors, settings.admin !== undefined);
  const rooms: Rooms = {
    observer,
    lifecycle,
    access: keys.access,
    gate: {
      traceless: settings.traceless,
      isOpen,
      ready: books.ready,
      limits: books.limits,
    },
    body: { limit: settings.bodyLimit, timeout: timeouts.body, uploads: settings.uploads },
    readsChats: readsChats(settings),
    patience: timeouts.write,
    policy,
    planner,
    contents: openContents(settings),
    guards: settings.guards.length === 0 ? undefined : new Guards(settings.guards, { clock, logger }),
    spending: books.spending,
    cache: cache.room,
    jobs,
    native: openNative(settings, store),
    routes,
    local: {
      desk,
      files,
      jobs,
      usage,
      admin: new AdminDesk({ admin: settings.admin, keys: keys.api, ledger, usage, budgets }),
      listModels: () => list.cards(),
      getModel: (id) => list.card(id),
    },
  };
  const pass = new Pass(rooms);
  const close = makeClose(settings, {
    lifecycle,
    deadlines,
    targets,
    egress,
    desk,
    cache,
    jobs,
    books,
    storage: settings.storage === undefined ? storage : undefined,
  });
  return {
    handle: (exchange) => pass.handle(exchange),
    fetch: toFetch(pass, routes.match),
    upgrade: new UpgradePass(rooms).upgrade,
    models: () => [...list.models],
    routes: () => routes.routes,
    stats: () => ({
      ...observer.totals,
      targets: targets.stats(),
      balances: balances.stats(),
      cache: cache.stats,
      ledger: books.stats,
    }),
    tasks: {
      find: async (id) => (await jobs.open()).runner.find(id),
      watch: (id) => watchTask(jobs, id),
    },
    keys: keys.api,
    budgets,
    cache: { invalidate: (which) => cache.invalidate(which) },
    explain: (request, principal) =>
      explainCall(request, principal, {
        planner,
        desk,
        bodyLimit: settings.bodyLimit,
        uploads: settings.uploads,
      }),
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
function openStore({ memory, storage, clock }: Settings): Store | undefined {
  if (memory === false) return undefined;
  const given = memory ?? storage?.store;
  return given === undefined ? memoryStore({ clock }) : guardStore(given, clock);
}

async function* watchTask(jobs: JobDoor, id: string): AsyncGenerator<TaskRecord, undefined> {
  const { runner } = await jobs.open();
  yield* runner.watch(id);
  return undefined;
}
