import { createGateway, type GatewayOptions, openai } from '@vector-engine/core';
import { Counter, type OpenMetricsContentType, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { makeRegistry } from '../../packages/core/src/observe/metrics/make-registry.ts';
import { question, startMetered } from './metered-host.ts';
import { Scrape } from './read-metrics.ts';

const missing = (): never => {
  throw Object.assign(new Error("Cannot find module 'prom-client'"), { code: 'MODULE_NOT_FOUND' });
};

const open = (metrics: unknown, more: object = {}) => {
  const options: unknown = { open: true, upstreams: { openai: openai({ apiKey: 'k' }) }, metrics, ...more };
  return createGateway(options as GatewayOptions);
};

describe('a registry', () => {
  test("of the host has the gateway's metrics beside its own, as long as the gateway is open", async () => {
    const registry = new Registry();
    registry.setDefaultLabels({ app: 'shop' });
    const orders = new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] });
    orders.inc();
    {
      await using host = await startMetered({ gateway: { metrics: { registry } } });
      await host.ask(question);
      await host.scrape();
      const scrape = new Scrape(await registry.metrics());
      expect(scrape.sum('vector_calls_total', { outcome: 'ok', app: 'shop' })).toBe(1);
      expect(scrape.sum('orders_total')).toBe(1);
      const told = await registry.getMetricsAsJSON();
      expect(told.find(({ name }) => name === 'vector_calls_total')).toMatchObject({
        type: 'counter',
        values: expect.arrayContaining([
          { labels: expect.objectContaining({ model: 'chat', outcome: 'ok' }), value: 1 },
        ]),
      });
      // What has been counted is not the registry's to forget.
      registry.resetMetrics();
      expect((await host.scrape()).sum('vector_calls_total', { outcome: 'ok' })).toBe(1);
    }
    expect([...new Scrape(await registry.metrics()).metrics.keys()]).toEqual(['orders_total']);
  });

  test('that speaks OpenMetrics is left as it was, too', async () => {
    const registry = new Registry<OpenMetricsContentType>();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const gateway = open({ registry });
    const { contentType, text } = await gateway.metrics();
    expect(contentType).toContain('openmetrics');
    expect(text).toMatch(/^# TYPE vector_calls counter$/m);
    expect(text).toMatch(/# EOF\n$/);
    await gateway.close();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  test('has several gateways where each has a name', async () => {
    const registry = new Registry();
    const one = await startMetered({ gateway: { metrics: { registry, gateway: 'eu' }, cache: {} } });
    await using other = await startMetered({ gateway: { metrics: { registry, gateway: 'us' } } });
    await one.ask(question);
    await other.ask(question);
    await other.ask(question);
    await one.scrape();
    const scrape = await other.scrape();
    const counts = ['eu', 'us'].map((gateway) =>
      scrape.sum('vector_calls_total', { gateway, outcome: 'ok' }),
    );
    expect(counts).toEqual([1, 2]);
    expect(scrape.values('gateway')).toEqual(['eu', 'us']);
    await one[Symbol.asyncDispose]();
    expect((await other.scrape()).values('gateway')).toEqual(['us']);
  });

  test('that has another gateway without a name is refused with the cure, and left as it was', async () => {
    const registry = new Registry();
    await using first = open({ registry });
    const before = registry.getMetricsAsArray().length;
    for (const metrics of [{ registry }, { registry, gateway: 'eu' }])
      expect(() => open(metrics)).toThrow(
        /another gateway has its metrics in this registry; give each .*gateway: "eu"/,
      );
    expect(registry.getMetricsAsArray()).toHaveLength(before);
    await first.close();
    // Its place is free again.
    await open({ registry }).close();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  test('in which something else has a name of ours is refused, and left as it was', () => {
    const registry = new Registry();
    const theirs = new Counter({ name: 'vector_tokens_total', help: 'Theirs.', registers: [registry] });
    expect(() => open({ registry })).toThrow(
      /metrics: the registry does not take them: .*vector_tokens_total/,
    );
    expect(registry.getMetricsAsArray()).toEqual([theirs]);
  });

  test('that cannot be made for want of prom-client is told with the cure', () => {
    expect(() => makeRegistry(missing)).toThrow(
      /prom-client, which is not installed: npm install prom-client/,
    );
    expect(() => makeRegistry(() => ({}))).toThrow(/install version 15 or later/);
  });
});

describe('the option metrics', () => {
  test.each([
    [false, /^metrics: it must be true, or an object of registry, allow/],
    [{ registy: new Registry() }, /^metrics: there is no "registy".*Did you mean "registry"/],
    [{ registry: {} }, /^metrics.registry: it must be a registry of prom-client/],
    [{ allow: true }, /^metrics.allow: it must be a function/],
    [{ gateway: '' }, /^metrics.gateway: it must be a text/],
    [{ tenants: -1 }, /^metrics.tenants: it must be a whole number/],
    [{ models: 1.5 }, /^metrics.models: it must be a whole number/],
  ])('%o is a mistake', (metrics, message) => {
    expect(() => open(metrics)).toThrow(message);
  });

  test('left out measures nothing, and says so', async () => {
    await using gateway = open(undefined);
    await expect(gateway.metrics()).rejects.toThrow(/nothing is measured; give the option metrics: true/);
  });

  test('has one timer of Node itself, which keeps no process alive and is gone with the gateway', async () => {
    const before = process.getActiveResourcesInfo().toSorted();
    const gateway = open(true);
    await gateway.close();
    expect(process.getActiveResourcesInfo().toSorted()).toEqual(before);
  });
});
