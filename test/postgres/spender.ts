import { randomUUID } from 'node:crypto';
import { postgres, postgresLimits } from '@vector-engine/postgres';

/* One of several processes that spend from one budget, and take from one counter, until they have asked often enough. */

const [connectionString = '', asked = ''] = process.argv.slice(2);
const times = Number(asked);
const ledger = postgres({ connectionString });
const limits = postgresLimits({ connectionString });

async function spend(): Promise<boolean> {
  const id = randomUUID();
  const lines = ['acme', 'acme/research'].map((name) => ({
    account: `${name} month`,
    period: '2026-11',
    limit: 5_000_000,
  }));
  const wish = { id, holder: undefined, amount: 1000, minimum: 1000, lines, expiresAt: Date.now() + 60_000 };
  const result = await ledger.accounts.hold(wish);
  if ('refusedBy' in result) return false;
  await ledger.accounts.settle([{ id, cost: 1000 }]);
  return true;
}

async function take(): Promise<boolean> {
  const counters = ['acme', 'acme/research'].map((key) => ({
    key,
    limit: 5000,
    window: 86_400_000,
    amount: 1,
  }));
  return (await limits.take(counters)).refusedBy === -1;
}

async function enter(): Promise<boolean> {
  const place = { key: 'acme', limit: 100 };
  return (await limits.enter([place], randomUUID(), 3_600_000)) === -1;
}

async function work(): Promise<void> {
  const counts = { spent: 0, taken: 0, entered: 0 };
  let left = times;
  const ask = async (): Promise<void> => {
    while (left-- > 0) {
      if (await spend()) counts.spent++;
      if (await take()) counts.taken++;
      if (await enter()) counts.entered++;
    }
  };
  await Promise.all(Array.from({ length: 100 }, ask));
  await Promise.all([ledger.close(), limits.close()]);
  process.send?.(counts, () => process.disconnect());
}

process.once('message', () => void work());
process.send?.('ready');
