import type { Dialect, Operation } from '../protocol/call.ts';

/** One address of the gateway, below its mount. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** `{id}` takes the rest of the path, slashes included: models are called `openai/gpt-5.2`, too; in `{id}:word`, all before the last colon. */
  readonly path: string;
  readonly operation: Operation | 'list-models' | 'get-model';
  /** In which its requests are read, and its answers and errors are written. */
  readonly dialect: Dialect;
}

export const routes: readonly Route[] = [
  { method: 'POST', path: '/v1/chat/completions', operation: 'chat', dialect: 'openai-chat' },
  { method: 'POST', path: '/v1/completions', operation: 'completions', dialect: 'openai-chat' },
  { method: 'POST', path: '/v1/embeddings', operation: 'embeddings', dialect: 'openai-chat' },
  { method: 'POST', path: '/v1/responses', operation: 'chat', dialect: 'openai-responses' },
  { method: 'POST', path: '/v1/messages', operation: 'chat', dialect: 'anthropic-messages' },
  { method: 'POST', path: '/v1beta/models/{id}:generateContent', operation: 'chat', dialect: 'gemini' },
  { method: 'POST', path: '/v1beta/models/{id}:streamGenerateContent', operation: 'chat', dialect: 'gemini' },
  { method: 'GET', path: '/v1/models', operation: 'list-models', dialect: 'openai-chat' },
  { method: 'GET', path: '/v1/models/{id}', operation: 'get-model', dialect: 'openai-chat' },
  { method: 'GET', path: '/v1beta/models', operation: 'list-models', dialect: 'gemini' },
  { method: 'GET', path: '/v1beta/models/{id}', operation: 'get-model', dialect: 'gemini' },
];

export interface RouteMatch {
  readonly route: Route;
  /** What stood for `{id}`, still encoded. */
  readonly id: string | undefined;
}

interface Pattern {
  readonly route: Route;
  readonly prefix: string;
  readonly suffix: string;
}

const exact = new Map(
  routes.filter(({ path }) => !path.includes('{id}')).map((route) => [route.path, { route, id: undefined }]),
);
const patterns: readonly Pattern[] = routes
  .filter(({ path }) => path.includes('{id}'))
  .map((route) => {
    const [prefix = '', suffix = ''] = route.path.split('{id}');
    return { route, prefix, suffix };
  });

export function matchRoute(path: string): RouteMatch | undefined {
  const match = exact.get(path);
  if (match !== undefined) return match;
  const found = patterns.find(
    ({ prefix, suffix }) =>
      path.length > prefix.length + suffix.length && path.startsWith(prefix) && path.endsWith(suffix),
  );
  if (found === undefined) return undefined;
  const { route, prefix, suffix } = found;
  return { route, id: path.slice(prefix.length, path.length - suffix.length) };
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
