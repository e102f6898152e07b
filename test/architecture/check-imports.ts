import { type Import, importsOf, type Source } from './read-sources.ts';

const leaves = ['stream', 'errors', 'catalog'];
const below = ['protocol', ...leaves];
const middle = [
  'access',
  'cache',
  'dialects',
  'ledger',
  'media',
  'memory',
  'observe',
  'resilience',
  'routing',
  'tasks',
  'upstreams',
];
const inner = [...middle, 'http', ...below];

/** What each room of the core may import besides itself; `types` is for type imports only. A new room gets its line here. */
const rooms: Readonly<
  Record<string, { readonly any: readonly string[]; readonly types?: readonly string[] }>
> = {
  index: {
    any: [
      ...inner,
      'guard',
      'admin',
      'close-gateway',
      'create-gateway',
      'create-targets',
      'explain-call',
      'gateway',
      'gateway-api',
      'jobs',
      'list-models',
      'open-cache',
      'open-metrics',
      'settings',
      'target-stats',
    ],
  },
  adapter: { any: ['http', ...below] },
  'create-gateway': {
    any: [
      ...inner,
      'admin',
      'close-gateway',
      'create-targets',
      'explain-call',
      'files',
      'gateway',
      'jobs',
      'list-models',
      'open-cache',
      'open-metrics',
      'open-contents',
      'open-redaction',
      'open-books',
      'open-keys',
      'openapi',
      'native',
      'plan-call',
      'response-desk',
      'run-guards',
      'serve-upgrade',
      'settings',
      'tracing',
    ],
    types: ['gateway-api', 'rooms'],
  },
  'gateway-api': {
    any: [],
    types: [
      ...inner,
      'admin',
      'close-gateway',
      'create-targets',
      'explain-call',
      'list-models',
      'open-books',
      'open-cache',
      'open-metrics',
      'target-stats',
    ],
  },
  'close-gateway': {
    any: below,
    types: [
      'admin',
      ...inner,
      'create-targets',
      'jobs',
      'open-books',
      'open-cache',
      'open-metrics',
      'response-desk',
      'settings',
    ],
  },
  // Who may have how much, and where it is written down.
  'open-books': {
    any: ['access', 'ledger', 'spending', ...below],
    types: ['create-targets', 'observe', 'settings'],
  },
  spending: { any: ['access', 'dialects', ...below], types: ['create-targets', 'plan-call', 'resilience'] },
  'admit-caller': { any: ['access', ...below], types: ['observe', 'read-request', 'resilience'] },
  'take-tokens': { any: ['dialects', ...below], types: ['asking'] },
  'list-models': { any: ['routing', ...below], types: ['settings'] },
  'create-targets': {
    any: [...middle, 'create-probes', 'send-realtime', 'target-candidate', 'target-stats', ...below],
    types: ['open-redaction', 'settings'],
  },
  // What is measured of all rooms.
  'open-metrics': {
    any: ['observe', ...below],
    types: ['cache', 'create-targets', 'open-books', 'open-cache', 'settings', 'target-stats'],
  },
  'open-redaction': { any: ['guard', 'upstreams', 'with-redaction', ...below] },
  'with-redaction': { any: ['guard', 'redact-call', ...below] },
  'redact-call': { any: ['dialects', 'guard', ...below] },
  // The operator's own functions around calls, and what is kept of calls.
  'run-guards': {
    any: ['change-call', 'dialects', 'guard', 'guarded-call', 'word-break', ...below],
    types: ['asking'],
  },
  'guarded-call': { any: ['dialects', 'guard', ...below] },
  'change-call': { any: ['dialects', ...below], types: ['guarded-call'] },
  'serve-guarded': { any: ['http', 'serve-call', ...below], types: ['asking', 'rooms'] },
  'open-contents': { any: ['capture-content', 'guard', 'redact-content', ...below], types: ['settings'] },
  'capture-content': { any: below, types: ['observe', 'redact-content'] },
  'redact-content': { any: ['guard', ...below] },
  'send-realtime': { any: ['dialects', 'realtime', 'upstreams', ...below] },
  'serve-upgrade': {
    any: [
      'access',
      'admit-caller',
      'dialects',
      'http',
      'observe',
      'realtime',
      'send-call',
      'take-tokens',
      ...below,
    ],
    types: ['resilience', 'rooms'],
  },
  'create-probes': { any: ['resilience', 'upstreams'], types: ['settings'] },
  'target-candidate': { any: [...middle, ...below] },
  'target-stats': { any: below, types: ['resilience', 'target-candidate', 'upstreams'] },
  'plan-call': {
    any: [...middle, 'model-modalities', ...below],
    types: ['create-targets', 'settings', 'target-candidate'],
  },
  'model-modalities': { any: ['routing', ...below], types: ['settings'] },
  'refuse-modality': { any: below, types: ['model-modalities'] },
  'explain-call': { any: inner, types: ['plan-call', 'target-candidate'] },
  'continue-answer': { any: ['continuation', 'resilience', ...below] },
  'send-call': {
    any: ['continuation', 'continue-answer', 'dialects', 'resilience', ...below],
    types: ['plan-call', 'routing', 'spending'],
  },
  'serve-call': {
    any: [
      'access',
      'dialects',
      'expand-call',
      'jobs',
      'refuse-modality',
      'send-call',
      'send-many',
      'serve-cached',
      'take-tokens',
      ...below,
    ],
    types: ['asking', 'observe', 'plan-call', 'resilience', 'rooms'],
  },
  asking: { any: [], types: [...inner, 'plan-call'] },
  'read-request': { any: ['dialects', 'http', ...below], types: ['resilience'] },
  'expand-call': { any: ['dialects', 'expand-prompt', 'media', 'upstreams', ...below], types: ['asking'] },
  'expand-prompt': { any: ['dialects', 'guard', 'http', ...below] },
  'send-many': {
    any: ['dialects', 'flight-record', 'media', 'resilience', 'send-call', 'upstreams', ...below],
    types: ['asking', 'plan-call', 'rooms'],
  },
  // Jobs: what is made in its own time, joined from the rooms that know of it.
  jobs: {
    any: [
      'access',
      'dialects',
      'expand-prompt',
      'files',
      'flight-record',
      'guarded-call',
      'http',
      'media',
      'read-request',
      'send-call',
      'tasks',
      'upstreams',
      ...below,
    ],
    types: [
      'asking',
      'create-targets',
      'model-modalities',
      'observe',
      'plan-call',
      'resilience',
      'rooms',
      'settings',
      'spending',
    ],
  },
  // What is handed out by its address.
  files: { any: ['http', 'tasks', 'upstreams', ...below], types: ['settings'] },
  'serve-cached': { any: ['cache', 'flight-record', ...below], types: ['observe', 'resilience'] },
  'flight-record': { any: below, types: ['cache', 'observe', 'resilience'] },
  'open-cache': {
    any: ['cache', 'judge-answer', 'word-break', ...below],
    types: ['observe', 'resilience', 'serve-cached', 'settings'],
  },
  'open-keys': { any: ['access', 'admin', ...below], types: ['settings'] },
  // What operators ask and change over HTTP.
  admin: {
    any: ['access', 'http', 'ledger', 'settings', ...below],
    types: ['create-targets', 'files', 'jobs', 'target-stats', 'upstreams'],
  },
  // What can be asked, in words of OpenAPI.
  openapi: { any: ['admin', 'dialects', 'http', 'settings', ...below] },
  'judge-answer': { any: ['dialects', ...below], types: ['cache'] },
  'word-break': { any: ['dialects', ...below] },
  gateway: {
    any: [
      ...inner,
      'admit-caller',
      'answer-locally',
      'jobs',
      'native',
      'read-request',
      'serve-call',
      'serve-guarded',
    ],
    types: ['asking', 'rooms'],
  },
  // Calls as OpenTelemetry sees them.
  tracing: { any: ['dialects', 'http', ...below] },
  // What passes as it is: who owns what was made there, and where it goes.
  native: {
    any: [
      'access',
      'dialects',
      'http',
      'jobs',
      'resilience',
      'send-call',
      'take-tokens',
      'upstreams',
      ...below,
    ],
    types: ['asking', 'read-request', 'rooms', 'settings'],
  },
  rooms: {
    any: [],
    types: [
      ...inner,
      'admit-caller',
      'answer-locally',
      'jobs',
      'native',
      'plan-call',
      'read-request',
      'capture-content',
      'run-guards',
      'serve-cached',
      'spending',
      'tracing',
    ],
  },
  'answer-locally': { any: ['access', 'admin', 'http', ...below], types: ['files', 'jobs', 'response-desk'] },
  'response-desk': { any: ['background-desk', 'dialects', 'http', 'keep-answer', 'memory', ...below] },
  'keep-answer': { any: ['dialects', ...below], types: ['memory'] },
  'background-desk': { any: ['dialects', 'http', ...below], types: ['memory'] },
  // Routing is pure: names are resolved, and near ones found, where the options are checked.
  settings: { any: ['routing', ...below], types: ['access', 'cache', 'resilience', 'upstreams'] },
  http: { any: ['dialects', ...below] },
  access: { any: below },
  cache: { any: below },
  continuation: { any: below },
  dialects: { any: below },
  guard: { any: below },
  media: { any: ['dialects', ...below] },
  memory: { any: below },
  observe: { any: below },
  realtime: { any: below },
  resilience: { any: below },
  routing: { any: below },
  // The door for packages that keep a ledger in SQL.
  sql: { any: ['ledger', ...below] },
  ledger: { any: ['sqlite', ...below] },
  tasks: { any: ['sqlite', ...below] },
  upstreams: { any: ['dialects', 'media', ...below] },
  protocol: { any: leaves },
  sqlite: { any: ['errors'] },
  stream: { any: [] },
  errors: { any: [] },
  catalog: { any: [] },
};

/** Rooms that must run anywhere, or are pure. */
const withoutNode = new Set(['protocol', 'errors', 'catalog', 'routing', 'settings']);

interface Door {
  readonly module: string;
  readonly room: string;
}

/** The module of the core that each dependency is let in by, one for a room; types of it may be used in the same room. */
const doors: Readonly<Record<string, Door | readonly Door[]>> = {
  '@pydantic/genai-prices': { module: 'catalog/genai-prices.ts', room: 'catalog' },
  undici: { module: 'upstreams/undici-pool.ts', room: 'upstreams' },
  'http-proxy-middleware': { module: 'realtime/http-proxy.ts', room: 'realtime' },
  opossum: { module: 'resilience/breaker.ts', room: 'resilience' },
  aws4fetch: { module: 'upstreams/bedrock/aws-signer.ts', room: 'upstreams' },
  'lru-cache': [
    { module: 'memory/memory-store.ts', room: 'memory' },
    { module: 'cache/memory-tier.ts', room: 'cache' },
  ],
  '@fastify/busboy': { module: 'http/split-form.ts', room: 'http' },
  kysely: { module: 'ledger/sql/kysely.ts', room: 'ledger' },
  re2js: { module: 'guard/detect/match-pattern.ts', room: 'guard' },
  zod: { module: 'settings/zod-without-globals.ts', room: 'settings' },
  'zod-openapi': { module: 'openapi/make-document.ts', room: 'openapi' },
};

const core = 'packages/core/src/';
const packageOf = (path: string): string | undefined => /^packages\/([\w-]+)\/src\//.exec(path)?.[1];
const roomOf = (path: string): string => path.slice(core.length).replace(/\/.*|\.ts$/, '');

/** Everything that is imported against the direction of the design, in words. */
export function checkImports(sources: readonly Source[]): string[] {
  const known = new Set(sources.map(({ path }) => path));
  return sources.flatMap((source) =>
    importsOf(source).flatMap((imported) => {
      const problem = imported.target.startsWith('packages/')
        ? checkModule(source.path, imported, known)
        : checkDependency(source.path, imported);
      return problem === undefined ? [] : [`${source.path}: ${problem}`];
    }),
  );
}

function checkModule(
  path: string,
  { target, isType }: Import,
  known: ReadonlySet<string>,
): string | undefined {
  if (!known.has(target)) return `there is no module ${target}`;
  if (packageOf(path) !== packageOf(target)) return `${target} is another package's own`;
  if (packageOf(path) === 'dashboard') return checkSide(path, target);
  if (packageOf(path) !== 'core') return undefined;
  const [from, to] = [roomOf(path), roomOf(target)];
  const allowed = rooms[from];
  if (allowed === undefined) return `the room ${from} has no line in the table`;
  if (from === to || allowed.any.includes(to)) return undefined;
  if (allowed.types?.includes(to) !== true) return `${from} may not import ${to}`;
  return isType ? undefined : `${from} may import types of ${to} only`;
}

/** The server reads the page's modules as files, and imports none of them. */
function checkSide(path: string, target: string): string | undefined {
  const page = 'packages/dashboard/src/page/';
  if (path.startsWith(page) === target.startsWith(page)) return undefined;
  return `${target} runs elsewhere`;
}

function checkDependency(path: string, { target, isType }: Import): string | undefined {
  if (target.startsWith('node:')) {
    if (path.startsWith('packages/dashboard/src/page/')) return `there is no ${target} in a browser`;
    const room = packageOf(path) === 'core' ? roomOf(path) : '';
    return withoutNode.has(room) ? `${room} has nothing to do with ${target}` : undefined;
  }
  switch (packageOf(path)) {
    case 'core':
      return checkDoor(path, target, isType);
    case 'express':
    case 'koa':
      if (target === '@vector-engine/core' || target === '@vector-engine/core/adapter') return undefined;
      if (target !== packageOf(path)) return `an adapter may not import ${target}`;
      return isType ? undefined : `${target} is the host's; only its types may be imported`;
    case 'testing':
      if (target !== '@vector-engine/core') return `testing may not import ${target}`;
      return isType ? undefined : 'testing may import types of the core only';
    case 'redis':
      // The client is the user's: what is used of it is written down, so that versions may differ.
      if (target !== '@vector-engine/core') return `redis may not import ${target}`;
      return isType ? undefined : 'redis may import types of the core only';
    case 'postgres':
      if (target === 'kysely' || target === '@vector-engine/core/sql') return undefined;
      if (target === 'pg')
        return path.endsWith('/postgres-options.ts')
          ? undefined
          : 'pg is imported in postgres-options.ts only';
      if (target !== '@vector-engine/core') return `postgres may not import ${target}`;
      // Whoever keeps books does not load the gateway.
      return isType ? undefined : 'postgres may import types of the core only';
    case 'dashboard':
      return checkPage(path, target, isType);
    default:
      return `nothing says what ${path.split('/').slice(0, 2).join('/')} may import`;
  }
}

/** The page runs in browsers: it has what it is served with, and of the gateway nothing but shapes. */
function checkPage(path: string, target: string, isType: boolean): string | undefined {
  const isPage = path.startsWith('packages/dashboard/src/page/');
  if (isPage && pageModules.has(target)) return undefined;
  if (!isPage && target === '@vector-engine/core/adapter') return undefined;
  if (target === '@vector-engine/core' && (isType || !isPage)) return undefined;
  return `${isPage ? 'the page' : 'the dashboard'} may not import ${target}`;
}

const pageModules = new Set(['preact', 'preact/hooks', 'htm', 'uplot']);

function checkDoor(path: string, target: string, isType: boolean): string | undefined {
  // A module of a package comes in by the package's door, too.
  const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/');
  const found = Object.hasOwn(doors, name) ? [doors[name] ?? []].flat() : [];
  if (found.length === 0) return `the core may not depend on ${target}`;
  if (isType && found.some(({ room }) => roomOf(path) === room)) return undefined;
  const modules = found.map(({ module }) => module);
  return modules.some((module) => path === core + module)
    ? undefined
    : `${target} is imported in ${modules.join(' and ')} only`;
}

/** Modules that import one another in a circle: each circle once. `withTypes`: type imports count, too. */
export function findCycles(
  sources: readonly Source[],
  { withTypes }: { readonly withTypes: boolean },
): string[] {
  const graph = new Map(
    sources.map((source): [string, string[]] => [
      source.path,
      importsOf(source)
        .filter(({ isType }) => withTypes || !isType)
        .map(({ target }) => target),
    ]),
  );
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    trail.push(path);
    for (const target of graph.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const path of graph.keys()) visit(path);
  return cycles;
}
