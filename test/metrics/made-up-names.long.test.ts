import { expect, test } from 'vitest';
import { runMany } from '../reliability/support.ts';
import { question, startMetered } from './metered-host.ts';

test('ten thousand names that callers make up are none of the labels', async () => {
  await using host = await startMetered({
    gateway: { addressable: true, metrics: { tenants: 3 } },
  });
  const count = 10_000;
  const before = (await host.scrape()).metrics;
  await runMany(count, 50, async (index) => {
    const name = index % 20 === 0 ? `first/made-up-${index}` : `made-up-${index}`;
    const asked = host.gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tenant': `tenant-${index}` },
      body: JSON.stringify({ ...question, model: name }),
    });
    await (await asked).arrayBuffer();
  });
  const scrape = await host.scrape();
  expect(scrape.sum('vector_calls_total')).toBe(count);
  const targets = ['gpt-4o', 'gpt-4o-mini', 'other', 'sora-2', 'text-embedding-3-small'];
  expect(scrape.values('model')).toEqual(targets);
  expect(scrape.values('upstream')).toEqual(['first', 'none', 'second', 'studio']);
  expect(scrape.values('tenant')).toHaveLength(4);
  const series = [...scrape.metrics.values()].reduce((sum, metric) => sum + metric.series.length, 0);
  expect(series).toBeLessThan(150);
  expect(scrape.metrics.size).toBe(before.size);
}, 120_000);

test('of the models of a whole catalogue, so many have a label as the option says', async () => {
  await using host = await startMetered({ gateway: { metrics: { models: 2 } } });
  for (const model of ['chat', 'other', 'chat', 'embedder']) await host.ask({ ...question, model });
  const scrape = await host.scrape();
  const labels = scrape.series('vector_calls_total').map(({ labels: { model } }) => model);
  expect([...new Set(labels)]).toEqual(['chat', 'other']);
});
