import { redisAccounts, redisLimits } from '@vector-engine/redis';
import { createClient } from 'redis';

/* A process that makes calls side by side, each of which holds a cent of a budget and is counted; it tells how many passed. */

const [port = '', calls = '', name = ''] = process.argv.slice(2);
const client = createClient({ url: `redis://127.0.0.1:${port}` });
await client.connect();
const accounts = redisAccounts(client, { patience: 10_000 });
const limits = redisLimits(client, { patience: 10_000 });
const cent = 10_000_000;
const lines = [
  { account: 'acme month', period: '2026-11', limit: 5000 * cent },
  { account: 'acme/all total', period: 'ever', limit: 6000 * cent },
];
const requests = { key: 'rpd tenant acme', limit: 1000, window: 86_400_000, amount: 1 };
const passed = { spent: 0, settled: 0, requests: 0 };

async function call(index: number): Promise<void> {
  const id = `${name} ${index}`;
  const [held, { refusedBy }] = await Promise.all([
    accounts.hold({
      id,
      holder: name,
      amount: cent,
      minimum: cent,
      lines,
      expiresAt: Number.MAX_SAFE_INTEGER,
    }),
    limits.take([requests]),
  ]);
  if (refusedBy === -1) passed.requests++;
  if (!('granted' in held)) return;
  passed.spent++;
  const settled = await accounts.settle([{ id, cost: cent }]);
  if (settled.length === lines.length) passed.settled++;
}

process.once('message', () => {
  const left = Array.from({ length: Number(calls) }, (_, index) => index);
  const work = async (): Promise<void> => {
    for (let index = left.pop(); index !== undefined; index = left.pop()) await call(index);
  };
  void accounts
    .renew(name, Number.MAX_SAFE_INTEGER)
    .then(() => Promise.all(Array.from({ length: 50 }, work)))
    .then(() => process.send?.(passed, () => process.exit()));
});
process.send?.('ready');
