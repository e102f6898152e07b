import type { Operation } from '../protocol/call.ts';

/** One address of the gateway, below its mount. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** `{id}` takes the rest of the path, slashes included: models are called `openai/gpt-5.2`, too. */
  readonly path: string;
  readonly operation: Operation | 'list-models' | 'get-model';
}

export const routes: readonly Route[] = [
  { method: 'POST', path: '/v1/chat/completions', operation: 'chat' },
  { method: 'POST', path: '/v1/completions', operation: 'completions' },
  { method: 'POST', path: '/v1/embeddings', operation: 'embeddings' },
  { method: 'GET', path: '/v1/models', operation: 'list-models' },
  { method: 'GET', path: '/v1/models/{id}', operation: 'get-model' },
];

export interface RouteMatch {
  readonly route: Route;
  /** What stood for `{id}`, still encoded. */
  readonly id: string | undefined;
}

const exact = new Map(
  routes.filter(({ path }) => !path.endsWith('{id}')).map((route) => [route.path, { route, id: undefined }]),
);
const prefixes = routes
  .filter(({ path }) => path.endsWith('/{id}'))
  .map((route) => ({ route, prefix: route.path.slice(0, -'{id}'.length) }));

export function matchRoute(path: string): RouteMatch | undefined {
  const match = exact.get(path);
  if (match !== undefined) return match;
  const found = prefixes.find(({ prefix }) => path.length > prefix.length && path.startsWith(prefix));
  return found && { route: found.route, id: path.slice(found.prefix.length) };
}

/** Forms of a path that two servers may read differently: `..`, `//`, a backslash, and their encodings. */
const unplain = /(?:^|\/|%2f)(?:\.|%2e){1,2}(?:\/|%2f|$)|\/\/|\\|%5c|%00/i;

export function isPlainPath(path: string): boolean {
  return !unplain.test(path);
}

/** Whether a server that reads such forms would find one of our routes there. */
export function isHiddenRoute(path: string): boolean {
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
  return matchRoute(`/${plain.join('/')}`) !== undefined;
}
