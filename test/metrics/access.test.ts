import { toNodeListener } from '@vector-engine/core';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { serve } from '../hosts/serve.ts';
import { question, startMetered } from './metered-host.ts';
import { Scrape } from './read-metrics.ts';

const operator = { 'x-tenant': 'acme', 'x-role': 'operator' };

describe('GET /metrics', () => {
  test('is for those whom admin admits, and for nobody else', async () => {
    await using host = await startMetered();
    await host.ask(question);
    const get = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${host.origin}/metrics`, { headers });
    const response = await get(operator);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(new Scrape(await response.text()).sum('vector_calls_total', { outcome: 'ok' })).toBe(1);
    for (const [headers, status] of [
      [{ 'x-tenant': 'acme' }, 403],
      [{ 'x-tenant': '' }, 401],
    ] as const) {
      const refused = await get(headers);
      expect([refused.status, (await refused.text()).includes('vector_')]).toEqual([status, false]);
    }
    const posted = await fetch(`${host.origin}/metrics`, { method: 'POST', headers: operator });
    expect(posted.status).toBe(405);
  });

  test('is for whom metrics.allow lets in, by nothing less than true', async () => {
    const answers: Record<string, () => unknown> = {
      yes: () => true,
      later: () => Promise.resolve(true),
      object: () => ({}),
      one: () => 1,
      no: () => false,
      throws: () => {
        throw new Error('mine');
      },
      rejects: () => Promise.reject(new Error('mine')),
    };
    await using host = await startMetered({
      gateway: { metrics: { allow: ({ headers }) => answers[headers['x-ask'] ?? 'no']?.() } },
    });
    const statuses: Record<string, number> = {};
    for (const name of Object.keys(answers)) {
      const headers = { 'x-tenant': '', 'x-ask': name };
      statuses[name] = (await fetch(`${host.origin}/metrics`, { headers })).status;
    }
    expect(statuses).toEqual({
      yes: 200,
      later: 200,
      object: 401,
      one: 401,
      no: 401,
      throws: 401,
      rejects: 401,
    });
    // It lets nobody into anything else.
    const headers = { 'x-tenant': '', 'x-ask': 'yes' };
    expect((await fetch(`${host.origin}/admin/usage`, { headers })).status).toBe(401);
    expect((await fetch(`${host.origin}/v1/models`, { headers })).status).toBe(401);
  });

  test('is not there where nothing is measured, or the host shows its own registry', async () => {
    for (const metrics of [undefined, { registry: new Registry() }]) {
      await using host = await startMetered({
        gateway: metrics === undefined ? ({ metrics } as never) : { metrics },
      });
      expect(host.gateway.routes().some(({ path }) => path === '/metrics')).toBe(false);
      const { status } = await fetch(`${host.origin}/metrics`, { headers: operator });
      expect(status).toBe(404);
    }
  });

  test('is behind the door of the host, for whom that lets in', async () => {
    await using host = await startMetered({
      gateway: { metrics: { registry: new Registry(), allow: () => true } },
    });
    const door = host.gateway.behind({
      allow: (request: { headers: Record<string, string> }) => request.headers['x-door'] === 'open',
    });
    await using served = await serve(toNodeListener(door));
    const get = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${served.origin}/metrics`, { headers });
    expect((await get({})).status).toBe(403);
    const response = await get({ 'x-door': 'open' });
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('vector_calls_in_flight'),
    ]);
  });
});
