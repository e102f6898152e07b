import { createGateway, openai } from '@vector-engine/core';
import { fastClock } from '../tasks/fast-clock.ts';
import { dyingStorage } from './dying-storage.ts';

/* A process with a whole gateway in it, whose caller waits for a video under one key; it dies when it is told to. */

const [path = '', baseURL = '', deathAt = ''] = process.argv.slice(2);

const storage = dyingStorage(path, deathAt);
const gateway = createGateway({
  open: true,
  upstreams: { studio: openai({ apiKey: 'sk-of-the-operator', baseURL }) },
  models: { film: 'studio/sora-2' },
  prices: { 'studio/sora-2': { second: 0.1 } },
  clock: fastClock,
  storage,
  timeouts: { connect: 250_000, body: 250_000 },
});
gateway.on('task', (event) => process.send?.({ task: event }));

async function ask(): Promise<number> {
  const response = await gateway.fetch('http://gateway/v1/images/generations', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'one' },
    body: JSON.stringify({ model: 'film', prompt: 'A boat', duration: 8 }),
  });
  const text = await response.text();
  // Nothing was begun when the process before ended; the caller asks again.
  if (text.includes('never begun')) return ask();
  return response.status;
}

// The timers of a gateway keep no process alive.
const stay = setInterval(() => {}, 60_000);
process.on('message', () => void close());
process.send?.({ status: await ask() });

async function close(): Promise<void> {
  await gateway.close({ grace: 0 });
  await storage.close();
  clearInterval(stay);
  process.disconnect();
}
