import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { sqlite } from '@vector-engine/express';
import { dataFolder } from '../data-folder.ts';
import { serve } from '../serve.ts';
import { startUpstreams } from '../upstreams.ts';
import { Accounts } from './accounts.ts';
import { buildApp } from './app.ts';

const folder = await dataFolder('saas');
const ledger = sqlite(join(folder, 'ledger.sqlite'));
// Long enough for a plan’s end to be seen.
const upstreams = await startUpstreams(process.env, { answer: () => 'Once upon a time. '.repeat(60) });
const accounts = new Accounts();
accounts.signUp('ann', 'secret');
const { app, gateway } = buildApp(upstreams, {
  accounts,
  secret: process.env.SESSION_SECRET ?? randomBytes(32).toString('hex'),
  ledger,
});
gateway.on('budget', ({ owner, share }) => console.log(`${owner.path}: ${Math.floor(share * 100)} % spent`));
const origin = await serve(app, gateway, {
  [Symbol.asyncDispose]: async () => {
    await ledger.close();
    await upstreams[Symbol.asyncDispose]();
  },
});

const jar = `'${join(folder, 'cookies')}'`;
const json = "-H 'content-type: application/json' -d";
console.log(`An app whose users sign in, on ${origin}. Each may spend a cent a month, which is three stories. Sign in:

  curl -c ${jar} ${origin}/sign-in ${json} '{"name":"ann","password":"secret"}'

Ask, until you are told that it is enough; by the app, or as any client does, with no more than the session:

  curl -b ${jar} ${origin}/ask ${json} '{"question":"Tell me a story"}'

  curl -b ${jar} ${origin}/ai/v1/chat/completions ${json} '{"model":"gpt-5.2","messages":[{"role":"user","content":"Hello"}]}'

What is left, and what it went for:

  curl -b ${jar} ${origin}/account

  curl -b ${jar} ${origin}/ai/v1/usage

Another plan, which holds from the next call on:

  curl -b ${jar} ${origin}/plan ${json} '{"plan":"pro"}'

Ctrl-C stops it.`);
