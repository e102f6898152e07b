import { join } from 'node:path';
import { sqlite, sqliteStorage } from '@vector-engine/express';
import { dataFolder } from '../data-folder.ts';
import { keepSecret } from '../keep-secret.ts';
import { serve } from '../serve.ts';
import { budgets } from '../traffic/cast.ts';
import { answerPrograms } from '../traffic/make-trouble.ts';
import { play } from '../traffic/play.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';
import { describeStart } from './describe-start.ts';
import { readCommand } from './read-command.ts';

const { traffic } = readCommand();
const folder = await dataFolder();
// Jobs that are under way when the server ends are gone on with when it starts again.
const storage = sqliteStorage({ path: join(folder, 'gateway.sqlite') });
// What was called, and what it cost.
const ledger = sqlite(join(folder, 'ledger.sqlite'));
const secret = await keepSecret(join(folder, 'secret'));
const acting = { answer: answerPrograms(Math.random), jobTime: 25_000, spare: true };
const upstreams = await startUpstreams(process.env, traffic ? acting : {});
const { app, gateway } = buildApp(upstreams, { storage, ledger, secret, ...(traffic ? { budgets } : {}) });
const playing = traffic ? await play({ gateway, ledger, upstreams, random: Math.random }) : undefined;
const close = async (options?: { grace?: number }): Promise<void> => {
  await playing?.stop();
  await gateway.close(options);
};
const origin = await serve(
  app,
  { upgrade: gateway.upgrade, close },
  {
    [Symbol.asyncDispose]: async () => {
      await storage.close();
      await ledger.close();
      await upstreams[Symbol.asyncDispose]();
    },
  },
);
console.log(describeStart(origin, upstreams, folder));
