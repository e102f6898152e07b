/** Ours with what is on by default: the last calls are written down in memory. */
export { startDefault as start } from './booking.ts';
