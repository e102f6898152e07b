/** Ours with identity, limits, budgets and a ledger in a SQLite file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlite } from '@vector-engine/core';
import { startBooked } from './booking.ts';
import type { StartSubject } from './subject.ts';

export const start: StartSubject = (upstreamPort) => {
  const folder = mkdtempSync(join(tmpdir(), 'vector-bench-'));
  const ledger = sqlite(join(folder, 'ledger.db'));
  // Whoever has it open goes on with it; nothing is left behind when the process is killed.
  rmSync(folder, { recursive: true, force: true });
  return startBooked(upstreamPort, ledger);
};
