import { type AdminOperation, type LocalRoute, type Method, type Route, routes } from './route-table.ts';

function admin(method: Method, path: string, operation: AdminOperation): LocalRoute {
  return { method, path, operation, dialect: 'openai-chat' };
}

/** For operators, where the option `admin` says who they are; without it, these paths are not the gateway's. */
export const adminRoutes: readonly LocalRoute[] = [
  admin('GET', '/admin/keys', 'list-keys'),
  admin('POST', '/admin/keys', 'create-key'),
  admin('POST', '/admin/keys/{id}/rotate', 'rotate-key'),
  admin('POST', '/admin/keys/{id}/disable', 'disable-key'),
  admin('POST', '/admin/keys/{id}/enable', 'enable-key'),
  admin('GET', '/admin/keys/{id}', 'get-key'),
  admin('PATCH', '/admin/keys/{id}', 'update-key'),
  admin('DELETE', '/admin/keys/{id}', 'delete-key'),
  admin('GET', '/admin/usage', 'all-usage'),
  admin('GET', '/admin/overview', 'overview'),
  admin('GET', '/admin/live', 'live'),
  admin('GET', '/admin/calls', 'list-calls'),
  admin('GET', '/admin/calls/{id}', 'get-call'),
  admin('GET', '/admin/budgets', 'list-budgets'),
  admin('GET', '/admin/budgets/near', 'near-budgets'),
  admin('GET', '/admin/budgets/{id}', 'get-budgets'),
  admin('POST', '/admin/budgets/{id}', 'top-up'),
  admin('GET', '/admin/upstreams', 'list-upstreams'),
  admin('POST', '/admin/upstreams/{id}/open', 'open-upstream'),
  admin('POST', '/admin/upstreams/{id}/drain', 'drain-upstream'),
  admin('POST', '/admin/upstreams/{id}/close', 'close-upstream'),
  admin('GET', '/admin/jobs', 'list-jobs'),
  admin('POST', '/admin/jobs/{id}/cancel', 'cancel-job'),
  admin('GET', '/admin/jobs/{id}', 'get-job'),
  admin('GET', '/admin/models', 'list-all-models'),
  admin('POST', '/admin/explain', 'explain'),
];

/** For whoever reads metrics, too. */
export const metricsRoutes: readonly LocalRoute[] = [admin('GET', '/metrics', 'metrics')];

const asked: ReadonlySet<string> = new Set([
  '/v1/models',
  '/v1/chat/completions',
  '/openapi.json',
  // Addresses of what jobs have made are handed out there, too.
  '/v1/media/{id}/content',
  '/v1/videos/{id}/content',
]);

/** What is behind the host's own door for operators: all that is for them, and what they need to try a model. */
export const doorRoutes: readonly Route[] = [...adminRoutes, ...routes.filter(({ path }) => asked.has(path))];
