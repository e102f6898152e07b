import { join } from 'node:path';
import { sqlite, sqliteStorage } from '@vector-engine/express';
import { dataFolder } from '../data-folder.ts';
import { serve } from '../serve.ts';
import { startUpstreams } from '../upstreams.ts';
import { buildApp } from './app.ts';
import { describeStart } from './describe-start.ts';

const folder = await dataFolder();
// Jobs that are under way when the server ends are gone on with when it starts again.
const storage = sqliteStorage({ path: join(folder, 'gateway.sqlite') });
// What was called, and what it cost.
const ledger = sqlite(join(folder, 'ledger.sqlite'));
const upstreams = await startUpstreams();
const { app, gateway } = buildApp(upstreams, { storage, ledger });
const origin = await serve(app, gateway, {
  [Symbol.asyncDispose]: async () => {
    await storage.close();
    await ledger.close();
    await upstreams[Symbol.asyncDispose]();
  },
});
console.log(describeStart(origin, upstreams, folder));
