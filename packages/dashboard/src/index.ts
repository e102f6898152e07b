export { type Dashboard, type DashboardOptions, dashboard } from './dashboard.ts';
export type { KoaContext } from './koa-exchange.ts';
