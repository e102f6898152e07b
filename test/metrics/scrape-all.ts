import { expect, onTestFinished } from 'vitest';
import { fastClock } from '../video/fast-clock.ts';
import { question, startMetered } from './metered-host.ts';
import type { Scrape } from './read-metrics.ts';

/** A scrape in which everything has happened. */
export async function scrapeAll(): Promise<Scrape> {
  const host = await startMetered({
    upstream: { jobTime: 5 },
    gateway: {
      cache: {},
      limits: { tenant: { rpm: 4 } },
      budgets: { acme: { limit: 1 } },
      redaction: { rules: [{ kinds: ['email'], mode: 'mask' }] },
      metrics: { tenants: 5 },
      clock: fastClock(),
    },
  });
  onTestFinished(() => host[Symbol.asyncDispose]());
  host.first.fail({ type: 'status', status: 500 }, { times: 1 });
  const messages = [{ role: 'user', content: 'Write to ann@example.com' }];
  for (let time = 0; time < 5; time++)
    await (await host.ask({ ...question, messages, temperature: 0, stream: true })).text();
  const headers = { 'x-tenant': 'globex' };
  const created = await host.ask({ model: 'film', prompt: 'a cat' }, headers, { path: '/v1/videos' });
  const { id } = (await created.json()) as { id: string };
  for await (const task of host.gateway.tasks.watch(id)) if (task.settledAt !== undefined) break;
  // The event loop is looked at every 20 ms.
  await expect.poll(async () => (await host.gateway.metrics()).text).toMatch(/^vector_event_loop_delay/m);
  return host.scrape();
}
