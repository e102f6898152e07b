/** Ours with identity, limits, budgets and a ledger in memory. */
export { startBooked as start } from './booking.ts';
