import { randomUUID } from 'node:crypto';
import { flushCompileCache } from 'node:module';
import type { AccountLine } from '../../packages/core/src/protocol/account.ts';
import type { Ledger } from '../../packages/core/src/protocol/ledger.ts';
import { ledgerEntry } from '../../packages/core/test/ledger-world.ts';

/*
 * A process that spends and writes down as fast as it can, until it is killed. What it was told is kept it says on a line: to its parent
 * that is more than a promise. Arguments: a module, what it exports that opens a ledger, and the parameters of that as JSON; the account, and its limit.
 */

const [module = '', opener = '', parameters = '[]', account = '', limit = '0'] = process.argv.slice(2);
const atOnce = 20;

async function open(): Promise<Ledger> {
  const exported: Readonly<Record<string, (...parameters: unknown[]) => Ledger | Promise<Ledger>>> =
    await import(module);
  const make = exported[opener];
  if (make === undefined) throw new Error(`${module} does not export ${opener}`);
  return make(...JSON.parse(parameters));
}

const ledger = await open();
const holder = randomUUID();
const line: AccountLine = { account, period: 'all', limit: Number(limit) };
const say = (text: string): void => void process.stdout.write(`${text}\n`);

await ledger.accounts.renew(holder, Date.now() + 60_000);
await ledger.query({ limit: 1 });
// As it does when it ends by itself.
flushCompileCache();
say('begun');

async function call(): Promise<void> {
  const id = randomUUID();
  const result = await ledger.accounts.hold({
    id,
    holder,
    amount: 1000,
    minimum: 10,
    lines: [line],
    expiresAt: Date.now() + 60_000,
  });
  if (!('granted' in result)) {
    say(`refused ${id}`);
    return;
  }
  const cost = Math.floor(result.granted * Math.random());
  const [state] = await ledger.accounts.settle([{ id, cost }]);
  if (state !== undefined) say(`settled ${id} ${cost}`);
  await ledger.append([ledgerEntry({ id, cost, time: Date.now() })]);
  say(`written ${id} ${cost}`);
}

async function spend(): Promise<never> {
  for (;;) await call();
}

await Promise.all(Array.from({ length: atOnce }, spend));
