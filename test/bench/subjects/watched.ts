/** Ours with metrics, and somebody looks at the page: see `watching/`. */
export { start } from './metered.ts';
