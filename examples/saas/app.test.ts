import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, sqlite } from '@vector-engine/express';
import OpenAI, { RateLimitError } from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import { clockAt } from '../clock-at.ts';
import { openServer } from '../open-server.ts';
import { startUpstreams } from '../upstreams.ts';
import { Accounts } from './accounts.ts';
import { buildApp } from './app.ts';

const messages = [{ role: 'user' as const, content: 'Tell me a story' }];
/** 250 tokens, and a third of what the free plan has for a month. */
const story = 'Once upon a time. '.repeat(60);

interface Host extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly origin: string;
  readonly accounts: Accounts;
  /** Signs in; gives what the browser of that user sends from then on. */
  readonly signIn: (name: string, password?: string) => Promise<Browser>;
}

interface Browser {
  readonly status: number;
  readonly cookie: string;
  readonly get: (path: string) => Promise<Response>;
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>;
  /** The vendor's SDK, on a page of the app. */
  readonly sdk: OpenAI;
}

async function openHost(file?: string): Promise<Host> {
  const upstreams = await startUpstreams({}, { answer: () => story });
  const accounts = new Accounts();
  accounts.signUp('ann', 'correct horse');
  accounts.signUp('bob', 'battery staple');
  const ledger = sqlite(file ?? join(await temporaryFolder(), 'ledger.sqlite'));
  const clock = clockAt(Date.UTC(2026, 10, 20, 11));
  const { app, gateway } = buildApp(upstreams, { accounts, secret: 'for this test', ledger, clock });
  const server = await openServer(app);
  const { origin } = server;
  const signIn = async (name: string, password = passwords[name] ?? ''): Promise<Browser> => {
    const answer = await openBrowser(origin, '').post('/sign-in', { name, password });
    const [cookie = ''] = answer.headers.get('set-cookie')?.split(';') ?? [];
    return { ...openBrowser(origin, cookie), status: answer.status };
  };
  return {
    gateway,
    origin,
    accounts,
    signIn,
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await server[Symbol.asyncDispose]();
      await ledger.close();
      await upstreams[Symbol.asyncDispose]();
    },
  };
}

const passwords: Readonly<Record<string, string>> = { ann: 'correct horse', bob: 'battery staple' };

function openBrowser(origin: string, cookie: string): Omit<Browser, 'status'> {
  return {
    cookie,
    get: (path) => fetch(origin + path, { headers: { cookie } }),
    post: (path, body, headers = { 'content-type': 'application/json' }) =>
      fetch(origin + path, { method: 'POST', headers: { cookie, ...headers }, body: JSON.stringify(body) }),
    sdk: new OpenAI({
      apiKey: 'unused',
      baseURL: `${origin}/ai/v1`,
      defaultHeaders: { cookie, authorization: null },
      maxRetries: 0,
    }),
  };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'saas-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const read = async (answer: Response) => JSON.parse(await answer.text());
const ask = ({ sdk }: Browser) => sdk.chat.completions.create({ model: 'gpt-5.2', messages });

async function askUntilRefused(browser: Browser): Promise<unknown> {
  for (;;) {
    try {
      await ask(browser);
    } catch (error) {
      return error;
    }
  }
}

async function spentIn(host: Host): Promise<number> {
  const ann = await host.signIn('ann');
  return (await read(await ann.get('/account'))).budget.spent;
}

test('who has signed in calls models with the session’s cookie; who has not is told to', async () => {
  await using host = await openHost();
  const wrong = await host.signIn('ann', 'a guess');
  expect(wrong.status).toBe(401);
  expect((await host.signIn('nobody', 'a guess')).status).toBe(401);
  await expect(ask(wrong)).rejects.toThrow('Log in');
  expect((await wrong.get('/account')).status).toBe(401);
  expect((await wrong.post('/ask', { question: 'Hello' })).status).toBe(401);

  const ann = await host.signIn('ann');
  expect((await ask(ann)).choices[0]?.message.content).toBe(story);
  const stream = ann.sdk.chat.completions.stream({ model: 'claude-opus-4-6', max_tokens: 64, messages });
  expect(await stream.finalContent()).toContain('Once upon a time');
  await ann.post('/sign-out', {});
  await expect(ask(ann)).rejects.toThrow('Log in');
});

test('each user has a budget, sees what is left of it, and is warned before its end', async () => {
  await using host = await openHost();
  const [ann, bob] = await Promise.all([host.signIn('ann'), host.signIn('bob')]);
  expect(await read(await ann.get('/account'))).toEqual({
    name: 'ann',
    plan: 'free',
    notices: [],
    budget: { limit: 0.01, spent: 0, left: 0.01, resetsAt: '2026-12-01T00:00:00.000Z' },
  });
  await ask(ann);
  await ask(ann);
  const { budget, notices } = await read(await ann.get('/account'));
  expect(budget.spent).toBeGreaterThan(0.006);
  expect(budget.left).toBeCloseTo(0.01 - budget.spent, 9);
  expect(notices).toEqual([]);

  const { answer, left } = await read(await ann.post('/ask', { question: 'Go on' }));
  expect(answer).toContain('Once upon a time');
  expect(left).toBeLessThan(0.002);
  const warned = await read(await ann.get('/account'));
  expect(warned.notices).toEqual([
    expect.stringMatching(/^\d\d % of the \$0\.01 of your plan are spent; it begins anew on 2026-12-01\.$/),
  ]);

  const figures = await read(await bob.get('/ai/v1/usage'));
  expect(figures).toMatchObject({ total: { calls: 0 }, budgets: [{ path: 'users/bob', spent: 0 }] });
  const own = await read(await ann.get('/ai/v1/usage'));
  expect(own).toMatchObject({ total: { calls: 3 }, models: [{ model: 'gpt-5.2', calls: 3 }] });
  expect(own.total.dollars).toBe(own.budgets[0].spent);
});

test('the end of a budget is told in the app’s words, and a larger plan holds from the next call on', async () => {
  await using host = await openHost();
  const [ann, bob] = await Promise.all([host.signIn('ann'), host.signIn('bob')]);
  const error = await askUntilRefused(ann);
  expect(error).toBeInstanceOf(RateLimitError);
  expect(error).toMatchObject({ code: 'insufficient_quota' });

  const refused = await ann.post('/ask', { question: 'Please?' });
  expect(refused.status).toBe(402);
  expect(await read(refused)).toEqual({
    message:
      'Your free plan’s $0.01 of this month are spent. Come back on 2026-12-01, or go pro: POST /plan { "plan": "pro" }.',
  });
  expect((await ask(bob)).choices[0]?.message.content).toBe(story);

  expect((await ann.post('/plan', { plan: 'gold' })).status).toBe(400);
  expect(await read(await ann.post('/plan', { plan: 'pro' }))).toEqual({ plan: 'pro', monthly: 5 });
  expect((await ask(ann)).choices[0]?.message.content).toBe(story);
  const { budget } = await read(await ann.get('/account'));
  expect(budget.limit).toBe(5);
  expect(budget.spent).toBeGreaterThan(0.01);
});

test('who hangs up pays for what came until then, and nothing is held any more', async () => {
  await using host = await openHost();
  const ann = await host.signIn('ann');
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  host.gateway.on('end', ({ request }) => request?.model === 'gpt-5.2' && resolve());
  const stream = await ann.sdk.chat.completions.create({ model: 'gpt-5.2', messages, stream: true });
  for await (const { choices } of stream) if (choices[0]?.delta.content !== '') break;
  await isOver;
  const { budgets } = await read(await ann.get('/ai/v1/usage'));
  expect(budgets[0].held).toBe(0);
  expect(budgets[0].spent).toBeGreaterThan(0);
  expect(budgets[0].spent).toBeLessThan(0.003);
});

test('no page of another site can spend a user’s money', async () => {
  await using host = await openHost();
  const ann = await host.signIn('ann');
  const question = { model: 'gpt-5.2', messages };
  const evil = { origin: 'https://evil.example' };
  const plain = { ...evil, 'content-type': 'text/plain' };
  expect((await ann.post('/ai/v1/chat/completions', question, plain)).status).toBe(415);
  const form = new FormData();
  form.set('model', 'whisper-1');
  form.set('file', new Blob(['a']), 'a.mp3');
  const sent = await fetch(`${host.origin}/ai/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { cookie: ann.cookie, ...evil },
    body: form,
  });
  expect(sent.status).toBe(403);
  expect(await read(sent)).toMatchObject({ error: { code: 'origin_refused' } });
  expect((await ann.post('/plan', { plan: 'pro' }, plain)).status).toBe(400);
  const { plan, budget } = await read(await ann.get('/account'));
  expect([plan, budget.spent]).toEqual(['free', 0]);
});

test('what was spent is known after a restart', async () => {
  const file = join(await temporaryFolder(), 'ledger.sqlite');
  const before = await (async () => {
    await using host = await openHost(file);
    await ask(await host.signIn('ann'));
    return await spentIn(host);
  })();
  await using host = await openHost(file);
  expect(before).toBeGreaterThan(0);
  expect(await spentIn(host)).toBe(before);
});
