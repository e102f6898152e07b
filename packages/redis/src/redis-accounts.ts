import { createHash } from 'node:crypto';
import type {
  AccountLine,
  AccountState,
  AccountStore,
  HoldRequest,
  HoldResult,
  LostHold,
  Settlement,
} from '@vector-engine/core';
import { hold, read, resize, settle, sweep, topUp } from './account-scripts.ts';
import { Line } from './line.ts';
import { exact, toNumbers, toText, toTexts, whole } from './read-reply.ts';
import {
  checkClient,
  checkPatience,
  listenToErrors,
  type RedisClient,
  type RedisOptions,
} from './redis-client.ts';
import type { Script } from './script.ts';

export interface RedisAccountsOptions extends RedisOptions {
  /** Milliseconds that a caller may wait for Redis; what took longer has failed, and the call is refused. Default 1,000. */
  readonly patience?: number;
}

type SettledLine = AccountLine & AccountState;

/** Each call has a few; so many can come at once, and are answered in time. */
const mostUnanswered = 20_000;
/** Holds that are swept in one go. */
const manyLost = 500;

/**
 * Budgets of all processes that share a Redis: each change is one script of Redis', so that nothing is spent twice. What
 * Redis forgets was never spent: it must write all it is told to a disk (`appendonly yes`; with `appendfsync always` not
 * even a power cut loses any), and throw nothing out when it is full (`maxmemory-policy noeviction`). The connection is the
 * client's own, which stays the user's to close.
 *
 * @throws TypeError where `client` is no client of node-redis.
 */
export function redisAccounts(client: RedisClient, options: RedisAccountsOptions = {}): AccountStore {
  const prefix = checkClient(client, options);
  listenToErrors(client);
  return new RedisAccounts(client, prefix, checkPatience(options.patience ?? 1000));
}

class RedisAccounts implements AccountStore {
  readonly #client: RedisClient;
  readonly #line: Line;
  readonly #base: string;
  readonly #patience: number;

  constructor(client: RedisClient, prefix: string, patience: number) {
    this.#client = client;
    this.#line = new Line(client, mostUnanswered);
    this.#base = `{${prefix}}:accounts`;
    this.#patience = patience;
  }

  async hold({ id, holder, amount, minimum, lines, expiresAt }: HoldRequest): Promise<HoldResult> {
    const named = JSON.stringify(lines.map(({ account, period, limit }) => [account, period, limit]));
    const values = [
      id,
      holder === undefined ? '' : `-${holder}`,
      exact(amount),
      exact(minimum),
      whole(expiresAt),
      named,
    ];
    const reply = toNumbers(
      await this.#run(
        hold,
        lines.map((line) => this.#nameOf(line)),
        [...values, ...lines.map(limitOf)],
      ),
    );
    const [granted = -2, refusedBy = -1, ...told] = reply;
    if (granted === -2) throw new Error(`there is a hold ${JSON.stringify(id)} already`);
    const states = statesOf(told);
    return granted === -1 ? { refusedBy, states } : { granted, states };
  }

  async resize(id: string, amount: number): Promise<number> {
    return Number(await this.#run(resize, [], [id, exact(amount)]));
  }

  async settle(settlements: readonly Settlement[]): Promise<readonly SettledLine[]> {
    if (settlements.length === 0) return [];
    const values = settlements.flatMap(({ id, cost }) => [id, exact(cost)]);
    const reply = await this.#run(settle, [], values);
    const settled = new Map<string, SettledLine>();
    for (const [named, ...told] of readLists(reply)) {
      const states = statesOf(told.map(Number));
      for (const [index, line] of readNames(named).entries()) {
        const state = states[index];
        if (state !== undefined) settled.set(this.#nameOf(line), { ...line, ...state });
      }
    }
    return [...settled.values()];
  }

  async renew(holder: string, until: number): Promise<void> {
    const score = Number(whole(until));
    await this.#ask(() => this.#client.zAdd(`${this.#base}:holders`, { score, value: `-${holder}` }));
  }

  async sweep(now: number): Promise<readonly LostHold[]> {
    const lost: LostHold[] = [];
    for (;;) {
      const reply = toTexts(await this.#run(sweep, [], [whole(now), whole(manyLost)]));
      for (let at = 0; at < reply.length; at += 2) {
        lost.push({ id: reply[at] ?? '', cost: Number(reply[at + 1]) });
      }
      if (reply.length < 2 * manyLost) return lost;
    }
  }

  async read(lines: readonly AccountLine[]): Promise<readonly AccountState[]> {
    if (lines.length === 0) return [];
    const names = lines.map((line) => this.#nameOf(line));
    return statesOf(toNumbers(await this.#run(read, names, lines.map(limitOf))));
  }

  async topUp(account: string, amount: number, id: string): Promise<AccountState> {
    const name = this.#nameOf({ account, period: '', limit: 'credit' });
    const [state] = statesOf(toNumbers(await this.#run(topUp, [name], [id, exact(amount)])));
    if (state === undefined) throw new TypeError('Redis gave something else than the state of a credit');
    return state;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #run(script: Script, lines: readonly string[], values: readonly string[]): Promise<unknown> {
    return this.#ask(() => script.run(this.#client, [this.#base, ...lines], values));
  }

  #ask(command: () => Promise<unknown>): Promise<unknown> {
    return this.#line.ask(command, { patience: this.#patience });
  }

  /** A credit has no periods; those of a calendar are not kept for ever. */
  #nameOf({ account, period, limit }: AccountLine): string {
    const names = JSON.stringify(limit === 'credit' ? [account] : [account, period]);
    const kind = limit !== 'credit' && /^\d{4}-/.test(period) ? 'dated' : 'line';
    return `${this.#base}:${kind}:${createHash('sha256').update(names).digest('base64url')}`;
  }
}

function limitOf({ limit }: AccountLine): string {
  return limit === 'credit' ? limit : exact(limit);
}

/** Three numbers each. */
function statesOf(told: readonly number[]): AccountState[] {
  const states: AccountState[] = [];
  for (let at = 0; at + 2 < told.length; at += 3) {
    const [spent = 0, held = 0, limit = 0] = told.slice(at, at + 3);
    states.push({ spent, held, limit });
  }
  return states;
}

function readLists(reply: unknown): (string | undefined)[][] {
  return Array.isArray(reply) ? reply.map(toTexts) : [];
}

/** As `hold` has written them. */
function readNames(named: string | undefined): AccountLine[] {
  const lines: unknown = JSON.parse(named ?? '[]');
  if (!Array.isArray(lines)) return [];
  return lines.map((line: unknown) => {
    const [account, period, limit]: unknown[] = Array.isArray(line) ? line : [];
    return {
      account: toText(account) ?? '',
      period: toText(period) ?? '',
      limit: limit === 'credit' ? limit : Number(limit),
    };
  });
}
