import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { sqlite } from '@vector-engine/express';
import { dataFolder } from '../data-folder.ts';
import { serve } from '../serve.ts';
import { buildApp, startProviders } from './app.ts';
import { handOutKeys } from './directory.ts';
import { runAway } from './run-away.ts';

const providers = await startProviders();
const ledger = sqlite(join(await dataFolder('company'), 'ledger.sqlite'));
// Yours stays the same: with another one no key is good any more. Here all keys are new with each start.
const secret = process.env.GATEWAY_SECRET ?? randomBytes(32).toString('hex');
const { app, gateway } = buildApp(providers, { secret, ledger });
gateway.on('budget', ({ owner, share, limit }) => {
  console.log(`${owner.path ?? owner.key} has spent ${Math.floor(share * 100)} % of $${limit}.`);
});
const origin = await serve(app, gateway, {
  [Symbol.asyncDispose]: async () => {
    await ledger.close();
    await providers[Symbol.asyncDispose]();
  },
});
const { olga, alice, bob, carol, dave } = await handOutKeys(gateway);
// What dave's project has paid so far; with the same id a second time nothing is paid in.
await gateway.budgets.topUp('acme/sales/offers', 5, { id: 'invoice 1' });

console.log('A script of Alice’s asks in a loop…');
const { answered, refusal } = await runAway(`${origin}/ai/v1`, alice);
console.log(`…and after ${answered} answers it is told:\n  ${refusal}\n`);

const as = (key: string): string => `-H 'authorization: Bearer ${key}' -H 'content-type: application/json'`;
const ask = (model: string): string =>
  `-d '{"model":"${model}","messages":[{"role":"user","content":"Hello"}]}'`;
console.log(`The others go on; the OpenAI SDK needs a key and ${origin}/ai/v1. Bob, Carol, and Dave, whose calls stay in Europe:

  curl -i ${origin}/ai/v1/chat/completions ${as(bob)} ${ask('assistant')}

  curl -i ${origin}/ai/v1/chat/completions ${as(carol)} ${ask('small')}

  curl -i ${origin}/ai/v1/chat/completions ${as(dave)} ${ask('assistant')}

What Bob has used, and may use:

  curl ${origin}/ai/v1/usage ${as(bob)}

Olga operates it. Who spent what, by model and by place; every call; and more credit for Dave’s project:

  curl '${origin}/ai/admin/usage?group=model' ${as(olga)}

  curl '${origin}/ai/admin/usage?group=path' ${as(olga)}

  curl '${origin}/ai/admin/calls?format=csv' ${as(olga)}

  curl ${origin}/ai/admin/budgets/acme%2Fsales%2Foffers ${as(olga)} -d '{"dollars":5,"id":"invoice 2"}'

A key for somebody else:

  curl ${origin}/ai/admin/keys ${as(olga)} -d '{"name":"Erin, vision","path":"acme/research/vision/erin"}'

Ctrl-C stops it.`);
