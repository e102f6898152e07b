import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BudgetState, type Gateway, sqlite } from '@vector-engine/express';
import OpenAI, { AuthenticationError, PermissionDeniedError, RateLimitError } from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import { clockAt } from '../clock-at.ts';
import { openServer } from '../open-server.ts';
import { buildApp, type Providers, startProviders } from './app.ts';
import { handOutKeys, type Name } from './directory.ts';
import { runAway } from './run-away.ts';

const secret = 'a secret that only this test knows';
const noon = Date.UTC(2026, 10, 20, 11);
const messages = [{ role: 'user' as const, content: 'Hello' }];

interface Company extends AsyncDisposable {
  readonly providers: Providers;
  readonly gateway: Gateway;
  readonly keys: Readonly<Record<Name, string>>;
  readonly baseURL: string;
  readonly as: (key: string) => OpenAI;
  /** As olga, below `/admin`. */
  readonly operate: (path: string, body?: object, method?: string) => Promise<Response>;
}

async function openCompany(path?: string): Promise<Company> {
  const file = path ?? join(await temporaryFolder(), 'ledger.sqlite');
  const providers = await startProviders();
  const ledger = sqlite(file);
  const { app, gateway } = buildApp(providers, { secret, ledger, clock: clockAt(noon) });
  const keys = await handOutKeys(gateway);
  const server = await openServer(app);
  const baseURL = `${server.origin}/ai/v1`;
  return {
    providers,
    gateway,
    keys,
    baseURL,
    as: (apiKey) => new OpenAI({ apiKey, baseURL, maxRetries: 0 }),
    operate: (below, body, method = body === undefined ? 'GET' : 'POST') =>
      fetch(`${server.origin}/ai/admin/${below}`, {
        method,
        headers: { authorization: `Bearer ${keys.olga}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await server[Symbol.asyncDispose]();
      await ledger.close();
      await providers[Symbol.asyncDispose]();
    },
  };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'company-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const read = async (answer: Response) => JSON.parse(await answer.text());

const ask = (client: OpenAI, model = 'assistant') => client.chat.completions.create({ model, messages });

function withoutTimes({ window, limit, held }: BudgetState): object {
  return { window, limit, held };
}

test('a loop of one developer ends at its limit, and the others go on', async () => {
  await using company = await openCompany();
  const { gateway, keys, as, baseURL } = company;
  const warned: (string | undefined)[] = [];
  gateway.on('budget', ({ owner }) => warned.push(owner.path));
  const { answered, refusal } = await runAway(baseURL, keys.alice);
  expect(answered).toBeGreaterThan(5);
  expect(refusal).toContain('of the budget of this day of "acme/research/vision/alice"');
  expect(refusal).toContain('It begins anew at');
  expect(warned).toEqual(['acme/research/vision/alice']);

  const others = await Promise.all([ask(as(keys.bob)), ask(as(keys.carol), 'small')]);
  for (const { choices } of others) expect(choices[0]?.message.content).toContain('Jack');

  const states = await gateway.budgets.read('acme/research/vision/alice');
  expect(states.map(withoutTimes)).toEqual([
    { window: 'month', limit: 200, held: 0 },
    { window: 'month', limit: 100, held: 0 },
    { window: 'month', limit: 40, held: 0 },
    { window: 'day', limit: 0.05, held: 0 },
  ]);
  const alice = states.at(-1)?.spent ?? 0;
  expect(alice).toBeGreaterThan(0.045);
  expect(alice).toBeLessThanOrEqual(0.05);
});

test('many calls at once do not pass the limit, either', async () => {
  await using company = await openCompany();
  const { gateway, keys, as } = company;
  const limited = { model: 'assistant', messages, max_tokens: 300 };
  const ends = await Promise.allSettled(
    Array.from({ length: 40 }, () => as(keys.alice).chat.completions.create(limited)),
  );
  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  expect(refused.length).toBeGreaterThan(20);
  for (const reason of refused) expect(reason).toBeInstanceOf(RateLimitError);
  const state = (await gateway.budgets.read('acme/research/vision/alice')).at(-1);
  expect(state?.spent).toBeLessThanOrEqual(0.05);
  expect(state?.held).toBe(0);
});

test('a key is good for its models, and for so many requests in a minute', async () => {
  await using company = await openCompany();
  const { keys, as, baseURL } = company;
  const carol = as(keys.carol);
  const forbidden = ask(carol, 'assistant');
  await expect(forbidden).rejects.toBeInstanceOf(PermissionDeniedError);
  await expect(forbidden).rejects.toThrow("the model 'assistant' is not allowed to you");
  for (let count = 2; count <= 5; count++) await ask(carol, 'small');
  const refused = await fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.carol}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'small', messages }),
  });
  expect(refused.status).toBe(429);
  expect(await read(refused)).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('x-ratelimit-limit-requests')).toBe('5');
});

test('what may not leave Europe does not, whatever fails there', async () => {
  await using company = await openCompany();
  const { gateway, providers, keys, as } = company;
  await gateway.budgets.topUp('acme/sales/offers', 1, { id: 'invoice 1' });
  const dave = as(keys.dave);
  await ask(dave);
  providers.eu.fail({ type: 'status', status: 503 });
  await expect(ask(dave)).rejects.toThrow("The upstream 'eu' failed");
  await expect(ask(dave, 'small')).rejects.toThrow('no upstream in the region eu');
  expect(providers.us.requests).toHaveLength(0);
  await ask(as(keys.bob));
  expect(providers.us.requests).toHaveLength(1);
});

test('a project that pays before is served when it has paid, once for each payment', async () => {
  await using company = await openCompany();
  const { keys, as, operate } = company;
  const dave = as(keys.dave);
  await expect(ask(dave)).rejects.toThrow('of the credit of "acme/sales/offers"');
  const place = 'budgets/acme%2Fsales%2Foffers';
  for (let times = 1; times <= 2; times++) {
    const paid = await operate(place, { dollars: 0.02, id: 'invoice 1' });
    expect(await read(paid)).toMatchObject({ window: 'credit', limit: 0.02, left: 0.02 });
  }
  const { refusal } = await runAway(company.baseURL, keys.dave);
  expect(refusal).toContain('Top it up');
  await operate(place, { dollars: 0.02, id: 'invoice 2' });
  await ask(dave);
});

test('operators see who spent what, and every call, refused ones too; nobody else does', async () => {
  await using company = await openCompany();
  const { keys, as, baseURL, operate } = company;
  await ask(as(keys.alice));
  await ask(as(keys.bob));
  await ask(as(keys.bob));
  await ask(as(keys.carol), 'small');
  await ask(as(keys.carol)).catch(() => {});

  const figures = async (group: string): Promise<object> => {
    const { data } = await read(await operate(`usage?group=${group}`));
    return Object.fromEntries(
      data.map((one: { group: Record<string, string>; calls: number; failed: number }) => [
        one.group[group],
        [one.calls, one.failed],
      ]),
    );
  };
  expect(await figures('model')).toEqual({ assistant: [4, 1], small: [1, 0] });
  expect(await figures('path')).toEqual({
    'acme/research/vision/alice': [1, 0],
    'acme/research/vision/bob': [2, 0],
    'acme/research/speech/carol': [2, 1],
  });

  const csv = await operate('calls?format=csv');
  expect(csv.headers.get('content-disposition')).toContain('calls.csv');
  const [head = '', ...rows] = (await csv.text()).trim().split('\r\n');
  expect(head).toMatch(/^id,time,tenant,path,principal,key,model,/);
  expect(rows).toHaveLength(5);
  expect(rows[0]).toContain('acme/research/speech/carol');
  expect(rows[0]).toContain(',assistant,');
  expect(rows[0]).toContain(',403,VE_FORBIDDEN,');

  const own = await fetch(`${baseURL}/usage`, { headers: { authorization: `Bearer ${keys.bob}` } });
  expect(await read(own)).toMatchObject({ total: { calls: 2 }, models: [{ model: 'assistant', calls: 2 }] });
  const curious = baseURL.replace('/v1', '/admin/usage');
  expect((await fetch(curious, { headers: { authorization: `Bearer ${keys.bob}` } })).status).toBe(403);
});

test('operators make keys, replace them, and switch them off', async () => {
  await using company = await openCompany();
  const { as, operate } = company;
  const made = await operate('keys', {
    name: 'Erin',
    path: 'acme/research/vision/erin',
    limits: { rpm: 60 },
  });
  expect(made.status).toBe(201);
  const { key, record } = await read(made);
  await ask(as(key));

  const rotated = await read(await operate(`keys/${record.id}/rotate`, { grace: 60_000 }));
  await ask(as(key));
  await ask(as(rotated.key));
  const again = await read(await operate(`keys/${record.id}/rotate`, {}));
  for (const old of [key, rotated.key])
    await expect(ask(as(old))).rejects.toBeInstanceOf(AuthenticationError);

  await operate(`keys/${record.id}/disable`, undefined, 'POST');
  await expect(ask(as(again.key))).rejects.toThrow('this key is disabled');
  await operate(`keys/${record.id}/enable`, undefined, 'POST');
  await ask(as(again.key));
  expect(await read(await operate(`keys/${record.id}`, undefined, 'DELETE'))).toMatchObject({
    deleted: true,
  });
  await expect(ask(as(again.key))).rejects.toBeInstanceOf(AuthenticationError);
});

test('what was spent, and who has a key, is known after a restart', async () => {
  const file = join(await temporaryFolder(), 'ledger.sqlite');
  const keys = await (async () => {
    await using company = await openCompany(file);
    await runAway(company.baseURL, company.keys.alice);
    return company.keys;
  })();
  await using company = await openCompany(file);
  await expect(ask(company.as(company.keys.alice))).rejects.toThrow('of the budget of this day');
  // Another was handed out in its place.
  await expect(ask(company.as(keys.bob))).rejects.toBeInstanceOf(AuthenticationError);
  await ask(company.as(company.keys.bob));
  expect(await company.gateway.keys.list()).toHaveLength(5);
});
