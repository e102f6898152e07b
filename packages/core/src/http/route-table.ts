import type { Dialect, Operation } from '../protocol/call.ts';
import type { JobFace } from '../protocol/job.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What the gateway answers from what it knows or keeps itself. */
export type LocalOperation =
  | 'list-models'
  | 'get-model'
  | 'get-file'
  | 'usage'
  | 'openapi'
  | JobOperation
  | StoredOperation
  | AdminOperation;

/** For operators: see `admin-routes.ts`. */
export const adminOperations = [
  'list-keys',
  'create-key',
  'get-key',
  'update-key',
  'delete-key',
  'rotate-key',
  'disable-key',
  'enable-key',
  'all-usage',
  'overview',
  'metrics',
  'list-calls',
  'get-call',
  'live',
  'list-budgets',
  'near-budgets',
  'get-budgets',
  'top-up',
  'list-upstreams',
  'open-upstream',
  'drain-upstream',
  'close-upstream',
  'list-jobs',
  'get-job',
  'cancel-job',
  'list-all-models',
  'explain',
] as const;

export type AdminOperation = (typeof adminOperations)[number];

/** About a video that was asked for. */
export type JobOperation =
  | 'list-videos'
  | 'get-video'
  | 'delete-video'
  | 'get-video-content'
  | 'get-task'
  | 'webhook';

/** About a response that was kept. */
export type StoredOperation = 'get-response' | 'delete-response' | 'cancel-response' | 'list-input-items';

/** One address of the gateway, below its mount. */
export type Route = CallRoute | LocalRoute | NativeRoute;

export interface CallRoute extends Address {
  readonly operation: Exclude<Operation, 'native'>;
  /** Of what the body may be. Default: JSON. */
  readonly takes?: readonly BodyKind[];
  /** How its callers see a job. */
  readonly face?: JobFace;
}

/** JSON, or a form: `multipart/form-data`. */
export type BodyKind = 'form' | 'json';

export interface LocalRoute extends Address {
  readonly operation: LocalOperation;
  /** Of what the body may be. Default: there is none. */
  readonly takes?: readonly BodyKind[];
}

/** Everything at and below a path goes to one upstream as it is. */
export interface NativeRoute extends Address {
  readonly operation: 'native';
  /** `{rest}` stands for what is below it. */
  readonly path: `${string}{rest}`;
  /** The upstream's name. */
  readonly upstream: string;
}

interface Address {
  readonly method: Method;
  /** `{id}` takes the rest of the path, slashes included: models are called `openai/gpt-5.2`, too; in `{id}:word` and `{id}/word`, all before the last of these. */
  readonly path: string;
  /** In which its requests are read, and its answers and errors are written. */
  readonly dialect: Dialect;
}

const jobOperations: ReadonlySet<string> = new Set<JobOperation>([
  'list-videos',
  'get-video',
  'delete-video',
  'get-video-content',
  'get-task',
  'webhook',
]);

export function isAboutJob(operation: LocalOperation): operation is JobOperation {
  return jobOperations.has(operation);
}

const forOperators: ReadonlySet<string> = new Set(adminOperations);

/** Whether it is for operators only. */
export function isAdmin(operation: Route['operation']): operation is AdminOperation {
  return forOperators.has(operation);
}

const localOperations: ReadonlySet<string> = new Set<string>([
  'list-models',
  'get-model',
  'get-file',
  'usage',
  'openapi',
  ...adminOperations,
  ...jobOperations,
  'get-response',
  'delete-response',
  'cancel-response',
  'list-input-items',
]);

const chat = { method: 'POST', operation: 'chat' } as const;
const count = { method: 'POST', operation: 'count-tokens' } as const;
const models = { method: 'GET', operation: 'list-models' } as const;
const model = { method: 'GET', operation: 'get-model' } as const;
const responses = { dialect: 'openai-responses' } as const;

function media(
  path: string,
  operation: CallRoute['operation'],
  takes: readonly BodyKind[] = ['json'],
): CallRoute {
  return { method: 'POST', path, operation, dialect: 'openai-chat', takes };
}

export const routes: readonly Route[] = [
  { ...chat, path: '/v1/chat/completions', dialect: 'openai-chat' },
  { method: 'POST', path: '/v1/completions', operation: 'completions', dialect: 'openai-chat' },
  media('/v1/embeddings', 'embeddings'),
  media('/v1/rerank', 'rerank'),
  media('/v2/rerank', 'rerank'),
  media('/v1/moderations', 'moderations'),
  { ...media('/v1/images/generations', 'images'), face: 'images' },
  media('/v1/images/edits', 'image-edits', ['form', 'json']),
  media('/v1/images/variations', 'image-variations', ['form']),
  media('/v1/audio/speech', 'speech'),
  media('/v1/audio/transcriptions', 'transcriptions', ['form']),
  media('/v1/audio/translations', 'translations', ['form']),
  { ...media('/v1/videos', 'video', ['json', 'form']), face: 'videos' },
  { method: 'GET', path: '/v1/videos', operation: 'list-videos', dialect: 'openai-chat' },
  { method: 'GET', path: '/v1/videos/{id}/content', operation: 'get-video-content', dialect: 'openai-chat' },
  { ...media('/v1/videos/{id}/remix', 'video', ['json', 'form']), face: 'videos' },
  { method: 'GET', path: '/v1/videos/{id}', operation: 'get-video', dialect: 'openai-chat' },
  { method: 'DELETE', path: '/v1/videos/{id}', operation: 'delete-video', dialect: 'openai-chat' },
  { ...media('/v1/video/generations', 'video', ['json', 'form']), face: 'tasks' },
  { method: 'GET', path: '/v1/video/generations/{id}', operation: 'get-task', dialect: 'openai-chat' },
  { method: 'POST', path: '/v1/webhooks/{id}', operation: 'webhook', dialect: 'openai-chat' },
  { method: 'GET', path: '/v1/media/{id}/content', operation: 'get-file', dialect: 'openai-chat' },
  { ...chat, path: '/v1/responses', ...responses },
  { ...count, path: '/v1/responses/input_tokens', ...responses },
  { method: 'GET', path: '/v1/responses/{id}/input_items', operation: 'list-input-items', ...responses },
  { method: 'POST', path: '/v1/responses/{id}/cancel', operation: 'cancel-response', ...responses },
  { method: 'GET', path: '/v1/responses/{id}', operation: 'get-response', ...responses },
  { method: 'DELETE', path: '/v1/responses/{id}', operation: 'delete-response', ...responses },
  { ...chat, path: '/v1/messages', dialect: 'anthropic-messages' },
  { ...count, path: '/v1/messages/count_tokens', dialect: 'anthropic-messages' },
  { ...chat, path: '/v1beta/models/{id}:generateContent', dialect: 'gemini' },
  { ...chat, path: '/v1beta/models/{id}:streamGenerateContent', dialect: 'gemini' },
  { ...count, path: '/v1beta/models/{id}:countTokens', dialect: 'gemini' },
  { ...models, path: '/v1/models', dialect: 'openai-chat' },
  { ...model, path: '/v1/models/{id}', dialect: 'openai-chat' },
  { ...models, path: '/v1beta/models', dialect: 'gemini' },
  { ...model, path: '/v1beta/models/{id}', dialect: 'gemini' },
  { method: 'GET', path: '/v1/usage', operation: 'usage', dialect: 'openai-chat' },
  { method: 'GET', path: '/openapi.json', operation: 'openapi', dialect: 'openai-chat' },
];

/** Whether what is told there is for one caller's eyes: kept by no cache, and shown by no page of another site. */
export function isPrivate({ routes: [route] }: RouteMatch): boolean {
  return route !== undefined && (route.operation === 'usage' || isAdmin(route.operation));
}

/** Whether it is seen as the caller would be who asks for a model. */
export function isForCaller({ operation }: Route): boolean {
  return operation === 'explain' || !(operation === 'openapi' || isAdmin(operation));
}

/** Whether its address itself may say who is let in: it was signed, and handed out. */
export function isSigned({ operation }: Route): boolean {
  return operation === 'get-file' || operation === 'get-video-content' || operation === 'webhook';
}

export function isNative(route: Route): route is NativeRoute {
  return route.operation === 'native';
}

/** Whether no model is asked. */
export function isLocal(route: Route): route is LocalRoute {
  return localOperations.has(route.operation);
}

/** The routes at one path, by their methods; all are of one dialect. */
export interface RouteMatch {
  readonly routes: readonly Route[];
  readonly dialect: Dialect;
  /** What stood for `{id}`, still encoded. */
  readonly id: string | undefined;
}

interface Place {
  readonly routes: readonly Route[];
  readonly dialect: Dialect;
  readonly prefix: string;
  readonly suffix: string;
}

function placesOf(table: readonly Route[]): readonly Place[] {
  return [...Map.groupBy(table, ({ path }) => path)].map(([path, group]) => {
    const [prefix = '', suffix = ''] = path.split('{id}');
    return { routes: group, dialect: group[0]?.dialect ?? 'openai-chat', prefix, suffix };
  });
}

/** Finds the routes at a path: those of a table, the first that fits. */
export function matcherOf(table: readonly Route[]): (path: string) => RouteMatch | undefined {
  const all = placesOf(table);
  const exact = new Map(
    all
      .filter(({ routes: [route] }) => route?.path.includes('{id}') === false)
      .map(({ prefix, ...place }) => [prefix, { ...place, id: undefined }]),
  );
  const patterns = all.filter(({ routes: [route] }) => route?.path.includes('{id}') === true);
  return (path) => {
    const match = exact.get(path);
    if (match !== undefined) return match;
    const found = patterns.find(
      ({ prefix, suffix }) =>
        path.length > prefix.length + suffix.length && path.startsWith(prefix) && path.endsWith(suffix),
    );
    if (found === undefined) return undefined;
    const { prefix, suffix } = found;
    const id = path.slice(prefix.length, path.length - suffix.length);
    return { routes: found.routes, dialect: found.dialect, id };
  };
}

const places = placesOf(routes);

/** Of the routes that every gateway has. */
export const matchRoute: (path: string) => RouteMatch | undefined = matcherOf(routes);

/** In which a caller reads the refusal of a path that is no route, as far as its beginning tells. */
export function dialectAt(path: string): Dialect {
  const nearest = places.find(({ prefix }) => path.startsWith(prefix));
  return nearest?.dialect ?? 'openai-chat';
}

/** Forms of a path that two servers may read differently: `..`, `//`, a backslash, and their encodings. */
const unplain = /(?:^|\/|%2f)(?:\.|%2e){1,2}(?:\/|%2f|$)|\/\/|\\|%5c|%00/i;

export function isPlainPath(path: string): boolean {
  return !unplain.test(path);
}

/** Whether a server that reads such forms would find one of our routes there. */
export function isHiddenRoute(
  path: string,
  match: (path: string) => RouteMatch | undefined = matchRoute,
): boolean {
  const decoded = path
    .replace(/%2e/gi, '.')
    .replace(/%2f/gi, '/')
    .replace(/\\|%5c/gi, '/')
    .replace(/%00/g, '');
  const plain: string[] = [];
  for (const segment of decoded.split('/')) {
    if (segment === '..') plain.pop();
    else if (segment !== '' && segment !== '.') plain.push(segment);
  }
  return match(`/${plain.join('/')}`) !== undefined;
}
