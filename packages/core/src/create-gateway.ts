import { type AdminDoor, DoorAccess } from './access/door-access.ts';
import { AdminDesk } from './admin/admin-desk.ts';
import { BudgetTree } from './admin/budget-tree.ts';
import { TaskAdmin } from './admin/job-desk.ts';
import { LiveDesk } from './admin/live-desk.ts';
import { UpstreamDesk } from './admin/upstream-desk.ts';
import { UsageDesk } from './admin/usage-desk.ts';
import { Catalog } from './catalog/catalog.ts';
import { makeClose } from './close-gateway.ts';
import { Targets } from './create-targets.ts';
import { explainCall, explainChat } from './explain-call.ts';
import { openFiles } from './files/open-files.ts';
import { Pass } from './gateway.ts';
import type { Gateway } from './gateway-api.ts';
import { adminRoutes, doorRoutes, metricsRoutes } from './http/admin-routes.ts';
import { RouteTable } from './http/native-routes.ts';
import { routes as everywhere } from './http/route-table.ts';
import { toFetch } from './http/to-fetch.ts';
import { JobDoor } from './jobs/job-door.ts';
import { MemoryKeys } from './ledger/memory/memory-keys.ts';
import { ModelList, tellSunsets } from './list-models.ts';
import { guardStore } from './memory/guard-store.ts';
import { memoryStore } from './memory/memory-store.ts';
import { RememberedTurns } from './memory/remembered-turns.ts';
import { openNative } from './native/open-native.ts';
import { Observer } from './observe/observer.ts';
import { openBooks } from './open-books.ts';
import { CacheDesk } from './open-cache.ts';
import { openContents } from './open-contents.ts';
import { openKeys } from './open-keys.ts';
import { openMetrics, readMetrics } from './open-metrics.ts';
import { openRedaction } from './open-redaction.ts';
import { answerDocument } from './openapi/answer-document.ts';
import { Planner } from './plan-call.ts';
import type { BalanceEvent, BreakerEvent, ProbeEvent, SharedEvent } from './protocol/events.ts';
import type { ExchangeHandler } from './protocol/exchange.ts';
import type { Logger } from './protocol/logger.ts';
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
import { isServedBy, looksAtChats } from './routing/resolve-model.ts';
import { Guards } from './run-guards.ts';
import { UpgradePass } from './serve-upgrade.ts';
import type { GatewayOptions, ModelName, Upstreams } from './settings/options.ts';
import { resolveSettings } from './settings/resolve-settings.ts';
import type { Settings } from './settings/settings.ts';
import { memoryStorage } from './tasks/memory-storage.ts';
import { Tracing } from './tracing/tracing.ts';
import { Egress } from './upstreams/egress.ts';
import { Balances } from './upstreams/watch-balances.ts';

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
  const isServed = isServedBy(settings.routing);
  const observer = new Observer(clock, logger, isServed);
  // First of all: where they cannot be, nothing is left behind.
  const tracing = openTracing(settings);
  const metrics = openMetrics(settings, { observer, isServed, rooms: () => ({ targets, books, cache }) });
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
  const routes = new RouteTable(
    settings.doors,
    [
      ...everywhere,
      ...(settings.admin === undefined ? [] : adminRoutes),
      ...(metrics?.isRoute ? metricsRoutes : []),
    ],
    // A host at whose root the gateway is has a document of its own there.
    new Set(['/openapi.json']),
  );
  const explaining = { planner, desk, bodyLimit: settings.bodyLimit, uploads: settings.uploads };
  const tree = new BudgetTree({
    rules: settings.budgets,
    desk: books.desk,
    ledger,
    keys: settings.keys && keys.api,
    clock,
  });
  const live = new LiveDesk({
    clock,
    watch: (listener) => observer.watchCalls(listener),
    active: () => observer.totals.active,
  });
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
    tracing,
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
      admin: new AdminDesk({
        admin: settings.admin,
        keys: keys.api,
        ledger,
        usage,
        budgets,
        tree,
        upstreams: new UpstreamDesk({ targets, balances }),
        live,
        clock,
        metrics: metrics?.answer,
        jobs: new TaskAdmin({ jobs, files, content: settings.audit.content }),
        models: () => list.described(),
        explain: (body, principal) => explainChat(body, principal, explaining),
      }),
      document: (base) => answerDocument(routes.routes, base),
      listModels: () => list.cards(),
      scrape: metrics?.scrape,
      getModel: (id) => list.card(id),
    },
  };
  const pass = new Pass(rooms);
  const close = makeClose(settings, {
    live,
    metrics,
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
    targets: {
      open: (target) => targets.open(target),
      drain: (target) => targets.drain(target),
      close: (target) => targets.close(target),
    },
    keys: keys.api,
    budgets,
    cache: { invalidate: (which) => cache.invalidate(which) },
    metrics: () => readMetrics(metrics),
    behind: (door) => openDoor(rooms, door, logger),
    explain: (request, principal) => explainCall(request, principal, explaining),
    on: (event, listener) => observer.events.on(event, listener),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** The same rooms, with somebody else at the door. */
function openDoor<HostRequest>(rooms: Rooms, door: AdminDoor<HostRequest>, logger: Logger): ExchangeHandler {
  const { local } = rooms;
  const isMeasured = rooms.observer.meter !== undefined;
  const routes = new RouteTable([], isMeasured ? [...doorRoutes, ...metricsRoutes] : doorRoutes);
  return new Pass({
    ...rooms,
    // What the bridge hands over is of the host's own type.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    access: new DoorAccess(door as AdminDoor, logger),
    routes,
    local: {
      ...local,
      admin: local.admin.behindDoor(),
      scrape: undefined,
      document: (base) => answerDocument(routes.routes, base),
    },
  });
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

function openTracing({ tracing, upstreams, logger }: Settings): Tracing | undefined {
  return tracing === false ? undefined : new Tracing({ upstreams, logger, isRequired: tracing === true });
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
