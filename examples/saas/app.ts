import {
  type Clock,
  createGateway,
  type Gateway,
  type Ledger,
  type Principal,
  vectorEngine,
} from '@vector-engine/express';
import express, { type Express, type Request as ExpressRequest } from 'express';
import session from 'express-session';
import type { ExampleUpstreams } from '../upstreams.ts';
import { type Account, type Accounts, isPlan, plans } from './accounts.ts';
import { Assistant } from './assistant.ts';

declare module 'express-session' {
  interface SessionData {
    /** Name of the account that has signed in. */
    user: string;
  }
}

export interface SaasOptions {
  readonly accounts: Accounts;
  /** Signs the session's cookie. */
  readonly secret: string;
  /** Where it is written down what was spent; left out: in memory. */
  readonly ledger?: Ledger;
  /** For tests. */
  readonly clock?: Clock;
}

/**
 * An app whose users sign in, and may each spend on models what their plan says, every month. Their browsers, and any vendor's
 * SDK there, call models at `/ai/v1` with nothing but the session's cookie: there are no keys.
 */
export function buildApp(
  { upstreams, models }: ExampleUpstreams,
  { accounts, secret, ledger, clock }: SaasOptions,
): { app: Express; gateway: Gateway } {
  const app = express();
  app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }));

  // Users whom this app itself asks models for, in process.
  const behind = new WeakMap<Request, string>();
  const nameOf = (request: ExpressRequest | Request): string | undefined =>
    request instanceof Request ? behind.get(request) : request.session.user;
  const gateway = createGateway({
    upstreams,
    models,
    // Asked with every call: who has another plan may spend another sum from the next call on.
    identify: (request: ExpressRequest | Request) => principalOf(accounts.find(nameOf(request))),
    ...(ledger === undefined ? {} : { ledger }),
    ...(clock === undefined ? {} : { clock }),
  });
  // Once in a month for each user, at four fifths of what the plan allows.
  gateway.on('budget', ({ owner, share, limit, resetsAt }) => {
    const percent = Math.floor(share * 100);
    const text = `${percent} % of the $${limit} of your plan are spent; it begins anew on ${resetsAt?.slice(0, 10)}.`;
    accounts.notify(owner.path?.replace('users/', '') ?? '', text);
  });

  // Before any body parser: the caller's bytes are passed on as they came.
  app.use('/ai', vectorEngine(gateway));

  app.use(express.json());
  app.post('/sign-in', (request, response) => {
    const { name, password } = read(request.body);
    const account = accounts.check(String(name), String(password));
    if (account === undefined) {
      response.status(401).json({ message: 'That is not your name, or not your password.' });
      return;
    }
    // Another session than before, so that nobody who knew that one is signed in as well.
    request.session.regenerate((error) => {
      if (error !== undefined && error !== null) throw error;
      request.session.user = account.name;
      response.json({ name: account.name, plan: account.plan });
    });
  });
  app.post('/sign-out', (request, response) => {
    request.session.destroy(() => response.status(204).end());
  });

  const assistant = new Assistant((request, account) => {
    behind.set(request, account.name);
    return gateway.fetch(request);
  });
  app.get('/account', async ({ session: { user } }, response) => {
    const account = accounts.find(user);
    if (account === undefined) return tellStranger(response);
    const { name, plan, notices } = account;
    response.json({ name, plan, notices, budget: await assistant.budgetOf(account) });
  });
  app.post('/ask', async ({ session: { user }, body }, response) => {
    const account = accounts.find(user);
    if (account === undefined) return tellStranger(response);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const { status, ...told } = await assistant.ask(account, String(read(body).question), gone.signal);
    response.status(status).json(told);
  });
  // In your app, after the payment.
  app.post('/plan', (request, response) => {
    const account = accounts.find(request.session.user);
    if (account === undefined) return tellStranger(response);
    const { plan } = read(request.body);
    if (!isPlan(plan)) {
      response.status(400).json({ message: `There are these plans: ${Object.keys(plans).join(', ')}.` });
      return;
    }
    accounts.changePlan(account.name, plan);
    response.json({ plan, monthly: plans[plan] });
  });
  return { app, gateway };
}

/** A user is a tenant: what is stored and cached for one, no other finds. */
function principalOf(account: Account | undefined): Principal | undefined {
  return (
    account && {
      tenant: account.name,
      path: `users/${account.name}`,
      budgets: [{ limit: plans[account.plan] }],
    }
  );
}

/** The parser leaves a body that does not say it is JSON alone; no page of another site can send one that does. */
function read(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function tellStranger(response: express.Response): void {
  response.status(401).json({ message: 'Sign in first.' });
}
