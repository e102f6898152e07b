import { createGateway } from '@vector-engine/core';
import { redisState } from '@vector-engine/redis';
import { createClient } from 'redis';
import { call, fleetOptions, stateOf } from './fleet.ts';

/* A process with a gateway of its own, which does what it is told and answers with the state of its target. */

const [port = '', bad = '', good = ''] = process.argv.slice(2);
const client = createClient({ url: `redis://127.0.0.1:${port}` });
const gateway = createGateway({ ...fleetOptions(bad, good), shared: redisState(client) });

process.on('message', (message) => {
  const done = (): void => {
    process.send?.({ ...stateOf(gateway) });
  };
  if (message === 'call') void call(gateway).then(done);
  else if (message === 'close') void gateway.close().then(() => process.disconnect());
  else done();
});
process.send?.('ready');
