import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  type Ledger,
  type LedgerEntry,
  memoryLedger,
  type Principal,
  type Upstream,
} from '@vector-engine/core';

/** Dollars of a million tokens. */
export const price = { input: 1, output: 10 } as const;

export const chat = '/v1/chat/completions';
export const question = { model: 'made', messages: [{ role: 'user', content: 'Say hello' }] } as const;

type Given = Partial<Omit<GatewayOptions, 'identify' | 'open' | 'models'>>;

export interface WorldOptions extends Given {
  readonly upstreams: Record<string, Upstream>;
  readonly models?: object;
  /** Who calls, by what is said in `x-user`; default: the path that is said there. */
  readonly people?: (name: string) => Principal | undefined;
}

export interface AskOptions {
  readonly user?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly method?: string;
}

/** A gateway with budgets and a ledger; callers say in `x-user` at which path they are. */
export interface World extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly ledger: Ledger;
  /** What was logged, with its level. */
  readonly log: (readonly [level: string, message: unknown, details: unknown])[];
  ask(path: string, body?: unknown, options?: AskOptions): Promise<Response>;
  /** How the first budget of a path stands, when all that is over is settled: whole nano-dollars. */
  stand(path?: string): Promise<Stand>;
  /** The newest rows, oldest first. */
  rows(): Promise<readonly LedgerEntry[]>;
}

export interface Stand {
  readonly spent: number;
  readonly held: number;
}

export function openWorld({ people, ledger = memoryLedger({ entries: 1000 }), ...own }: WorldOptions): World {
  const log: (readonly [string, unknown, unknown])[] = [];
  const write =
    (level: string) =>
    (details: unknown, message: unknown): void =>
      void log.push([level, message, details]);
  const named = people ?? ((path: string) => ({ path, tenant: path.split('/')[0] }));
  const given: unknown = {
    identify: ({ headers }: { headers: Headers | Record<string, unknown> }) =>
      named(String(headers instanceof Headers ? headers.get('x-user') : headers['x-user'])),
    models: { made: 'only/gpt-4o' },
    prices: { 'gpt-4o': price },
    logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    random: () => 0,
    ...own,
    ledger,
  };
  // Which options there are is checked by the type of `own`.
  const gateway: Gateway = createGateway(given as GatewayOptions);
  return {
    gateway,
    ledger: ledger === false ? memoryLedger({ entries: 1 }) : ledger,
    log,
    ask: (path, body, { user = 'acme/ann', headers = {}, signal, method = 'POST' } = {}) =>
      gateway.fetch(`http://gateway${path}`, {
        method,
        headers: { 'content-type': 'application/json', 'x-user': user, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      }),
    async stand(path = 'acme/ann') {
      const [state] = await gateway.budgets.read(path);
      if (state === undefined) throw new Error(`${path} has no budget`);
      return { spent: Math.round(state.spent * 1e9), held: Math.round(state.held * 1e9) };
    },
    async rows() {
      const { entries } = await kept(ledger).query({});
      return entries.toReversed();
    },
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
    },
  };
}

/** Rows are written behind the requests' backs; a gateway's own reader waits for them. */
function kept(ledger: Ledger | false): Ledger {
  if (ledger === false) throw new Error('nothing is written down');
  return ledger;
}

/** Resolves when it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 5000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`still waiting: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Those that must be there, once they are. */
export async function rowsOf(world: World, count: number): Promise<readonly LedgerEntry[]> {
  await until(async () => (await world.rows()).length >= count, `${count} rows`);
  return world.rows();
}

/** What is closed together with it, the last one first. */
export function endingWith<Held extends object>(
  held: Held,
  ...all: AsyncDisposable[]
): Held & AsyncDisposable {
  return Object.assign(held, {
    async [Symbol.asyncDispose]() {
      for (const one of all.toReversed()) await one[Symbol.asyncDispose]();
    },
  });
}
