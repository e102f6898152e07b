import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway, type Gateway, type GatewayOptions, memoryLedger, sqlite } from '@vector-engine/core';
import { postgres } from '@vector-engine/postgres';
import { redisAccounts } from '@vector-engine/redis';
import { replay } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { postgresServer, startPostgres } from '../postgres/postgres-server.ts';
import { redisServer, startRedis } from '../redis/redis-server.ts';
import { model, upstreamAt, wholeAnswer } from '../reliability/support.ts';

type Kept = Pick<GatewayOptions, 'accounts' | 'ledger'>;
type With = (run: (kept: Kept) => Promise<void>) => Promise<void>;

const stores: readonly (readonly [name: string, isThere: boolean, use: With])[] = [
  ['in memory', true, (run) => run({ ledger: memoryLedger() })],
  [
    'in SQLite',
    true,
    async (run) => {
      const folder = await mkdtemp(join(tmpdir(), 'vector-'));
      const ledger = sqlite(join(folder, 'books.db'));
      try {
        await run({ ledger });
      } finally {
        await ledger.close();
        await rm(folder, { recursive: true });
      }
    },
  ],
  [
    'in Postgres',
    postgresServer !== undefined,
    async (run) => {
      await using server = await startPostgres();
      const ledger = postgres({ connectionString: server.connectionString });
      try {
        await run({ ledger });
      } finally {
        await ledger.close();
      }
    },
  ],
  [
    'in Redis',
    redisServer !== undefined,
    async (run) => {
      await using server = await startRedis();
      await run({ ledger: memoryLedger(), accounts: redisAccounts(await server.connect()) });
    },
  ],
];

/** Each call costs a dollar. */
const answer = {
  ...wholeAnswer,
  body: JSON.stringify({
    ...JSON.parse(String(wholeAnswer.body)),
    usage: { prompt_tokens: 10_000, completion_tokens: 0, total_tokens: 10_000 },
  }),
};
const prices = { [model]: { input: 100, output: 0 } };

async function call(gateway: Gateway, headers: Record<string, string>): Promise<void> {
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await response.arrayBuffer();
  expect(response.status).toBe(200);
}

async function see(gateway: Gateway, path: string): Promise<unknown> {
  const response = await gateway.fetch(`http://gateway${path}`, { headers: { 'x-path': 'boss' } });
  expect(response.status).toBe(200);
  return response.json();
}

describe.each(stores)('with accounts %s', (_name, isThere, use) => {
  test.skipIf(!isThere)('operators see what is spent at each level, and who is near a limit', () =>
    use(async (kept) => {
      await using upstream = await replay([answer]);
      await using gateway = createGateway({
        upstreams: { only: upstreamAt(upstream) },
        models: { chat: `only/${model}` },
        prices,
        budgets: { acme: { limit: 10 }, 'acme/*': { limit: 2.5, window: 'week' }, globex: { limit: 100 } },
        identify: (request: unknown) => {
          const path = request instanceof Request ? request.headers.get('x-path') : null;
          return path === null ? undefined : { path };
        },
        admin: ({ path }) => path === 'boss',
        keys: true,
        secret: 'a secret of 32 characters or more',
        ...kept,
      });
      const robot = await gateway.keys.create({
        name: 'robot',
        path: 'acme/research',
        budgets: [{ limit: 1.25, window: 'total' }],
      });
      await call(gateway, { 'x-path': 'acme/research/ann' });
      await call(gateway, { authorization: `Bearer ${robot.key}` });
      await call(gateway, { 'x-path': 'acme/sales/bob' });
      expect(await see(gateway, '/admin/budgets')).toMatchObject({
        data: [
          {
            path: 'acme',
            hasMore: true,
            share: 0.3,
            spentThisMonth: 3,
            budgets: [{ spent: 3, held: 0, left: 7 }],
          },
          { path: 'globex', hasMore: false, share: 0, spentThisMonth: 0 },
        ],
        keys: [],
      });
      expect(await see(gateway, '/admin/budgets?under=acme')).toMatchObject({
        data: [
          { path: 'acme/research', share: 0.8, isNear: true, spentThisMonth: 2 },
          { path: 'acme/sales', share: 0.4, isNear: false, spentThisMonth: 1 },
        ],
      });
      const level = await see(gateway, '/admin/budgets?under=acme%2Fresearch');
      expect(level).toMatchObject({
        data: [{ path: 'acme/research/ann', name: 'ann', budgets: [], spentThisMonth: 1 }],
        keys: [{ id: robot.record.id, name: 'robot', share: 0.8, isNear: true, spentThisMonth: 1 }],
      });
      expect(JSON.stringify(level)).not.toContain(robot.key);
      const near = await see(gateway, '/admin/budgets/near');
      expect(near).toMatchObject({
        data: expect.toSatisfy((data: unknown) => Array.isArray(data) && data.length === 2),
      });
      expect(near).toMatchObject({
        data: expect.arrayContaining([
          expect.objectContaining({ of: 'path', id: 'acme/research', share: 0.8 }),
          expect.objectContaining({ of: 'key', id: robot.record.id, share: 0.8 }),
        ]),
      });
    }),
  );
});
