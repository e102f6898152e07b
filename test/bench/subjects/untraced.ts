/** Ours in a host without OpenTelemetry. */
export { start } from './bare.ts';
