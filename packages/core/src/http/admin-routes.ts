import type { AdminOperation, LocalRoute, Method } from './route-table.ts';

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
  admin('GET', '/admin/calls', 'list-calls'),
  admin('GET', '/admin/calls/{id}', 'get-call'),
  admin('GET', '/admin/budgets/{id}', 'get-budgets'),
  admin('POST', '/admin/budgets/{id}', 'top-up'),
];
