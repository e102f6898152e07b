import { createGateway, type Gateway, type GatewayOptions } from '@vector-engine/core';
import { manualClock, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { ask, model, question, until, upstreamAt } from './support.ts';

function startGateway(
  upstreams: Record<string, SimulatedUpstream>,
  maxConcurrency: number,
  options: { tenantShare?: number } = {},
): Gateway {
  const named = Object.entries(upstreams).map(([name, at]) => [name, upstreamAt(at, { maxConcurrency })]);
  return createGateway({
    upstreams: Object.fromEntries(named) as GatewayOptions['upstreams'],
    models: { chat: Object.keys(upstreams).map((name) => `${name}/${model}`) },
    identify: (request: Request) => ({ tenant: request.headers.get('x-tenant') ?? undefined }),
    retry: { rounds: 0 },
    ...options,
  } as GatewayOptions);
}

/** A call of a tenant's; its status, once it is answered. */
async function askAs(gateway: Gateway, tenant: string): Promise<number> {
  const response = await ask(gateway, question, {
    headers: { 'content-type': 'application/json', 'x-tenant': tenant },
  });
  await response.arrayBuffer();
  return response.status;
}

const underWay = (gateway: Gateway): number | undefined => gateway.stats().targets[0]?.active;

describe('one tenant cannot take all slots of a target', () => {
  it('with 100 calls at once it has four of five, and another is served at once', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang' });
    const gateway = startGateway({ only: upstream }, 5);
    const greedy = Array.from({ length: 100 }, () => askAs(gateway, 'greedy'));
    await until(() => upstream.requests.length === 4, 'greedy has its share');
    upstream.heal();
    expect(await askAs(gateway, 'modest')).toBe(200);
    // Four are under way, four wait in line, and the others are told to come back.
    expect(gateway.stats().targets[0]).toMatchObject({ active: 4, waiting: 4 });
    expect(upstream.requests).toHaveLength(5);
    await gateway.close({ grace: 1 });
    const statuses = await Promise.all(greedy);
    expect(statuses.filter((status) => status === 503)).toHaveLength(100);
  });

  it('who has enough of one target goes to the next', async () => {
    await using first = await simulatedOpenAI();
    await using second = await simulatedOpenAI();
    first.fail({ type: 'hang' });
    const gateway = startGateway({ first, second }, 2);
    void askAs(gateway, 'acme');
    await until(() => underWay(gateway) === 1, 'the first is under way');
    expect(await askAs(gateway, 'acme')).toBe(200);
    expect(second.requests).toHaveLength(1);
    await gateway.close({ grace: 1 });
  });

  it('the share can be all of them', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang' });
    const gateway = startGateway({ only: upstream }, 5, { tenantShare: 1 });
    for (let call = 0; call < 5; call++) void askAs(gateway, 'acme');
    await until(() => upstream.requests.length === 5, 'all are under way');
    expect(underWay(gateway)).toBe(5);
    await gateway.close({ grace: 1 });
  });

  it('one slot is enough for everybody, if one after the other', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'slow', headersAfter: 1 });
    await using gateway = startGateway({ only: upstream }, 1);
    const [acme, umbra] = [askAs(gateway, 'acme'), askAs(gateway, 'umbra')];
    expect(await Promise.all([acme, umbra])).toEqual([200, 200]);
  });

  it('in the line tenants take turns, however many calls one of them has there', async () => {
    const clock = manualClock();
    await using upstream = await simulatedOpenAI({ clock });
    // One slot comes free every 10 ms, the others never.
    upstream.fail((_request, index) => (index < 9 ? { type: 'hang' } : { type: 'slow', headersAfter: 10 }));
    const gateway = startGateway({ only: upstream }, 10, { tenantShare: 1 });
    const answered: string[] = [];
    const send = async (tenant: string): Promise<void> => {
      const before = gateway.stats().targets[0]?.waiting ?? 0;
      void askAs(gateway, tenant).then(() => answered.push(tenant));
      await until(() => (gateway.stats().targets[0]?.waiting ?? 0) > before, `${tenant} waits`);
    };
    for (let call = 0; call < 9; call++) void askAs(gateway, 'greedy');
    await upstream.waitForRequests(9);
    void askAs(gateway, 'greedy').then(() => answered.push('first'));
    await upstream.waitForRequests(10);
    for (let call = 0; call < 5; call++) await send('greedy');
    await send('modest');
    for (let served = 1; served <= 6; served++) {
      await clock.advance(10);
      await until(() => answered.length === served, `${served} are answered`);
      await upstream.waitForRequests(10 + served);
    }
    expect(answered.slice(0, 4)).toEqual(['first', 'greedy', 'modest', 'greedy']);
    await gateway.close({ grace: 1 });
  });
});
